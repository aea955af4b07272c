import { defineGroup, defineLazyCommand, type GroupDefinition } from "../../framework/command.ts";

/** `ratchet approvals`. */
export const APPROVALS: GroupDefinition = defineGroup({
  meta: {
    name: "approvals",
    description: "List, show and decide the approvals that runs of a running server wait for",
  },
  subCommands: {
    list: defineLazyCommand("List approvals, newest first", async () => (await import("./list.ts")).APPROVALS_LIST),
    show: defineLazyCommand("Print an approval", async () => (await import("./show.ts")).APPROVALS_SHOW),
    approve: defineLazyCommand("Approve what a run asks for", async () =>
      (await import("./decide.ts")).decideCommand("approve"),
    ),
    reject: defineLazyCommand("Reject what a run asks for", async () =>
      (await import("./decide.ts")).decideCommand("reject"),
    ),
  },
});
