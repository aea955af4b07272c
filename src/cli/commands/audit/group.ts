import { defineGroup, defineLazyCommand, type GroupDefinition } from "../../framework/command.ts";

/** `ratchet audit`. */
export const AUDIT: GroupDefinition = defineGroup({
  meta: { name: "audit", description: "Read and check the server's audit log" },
  subCommands: {
    list: defineLazyCommand(
      "List entries of the audit log, newest first",
      async () => (await import("./list.ts")).AUDIT_LIST,
    ),
    export: defineLazyCommand(
      "Print the audit log as JSON lines, oldest first",
      async () => (await import("./list.ts")).AUDIT_EXPORT,
    ),
    verify: defineLazyCommand(
      "Check that no entry of the audit log was changed or removed",
      async () => (await import("./verify.ts")).AUDIT_VERIFY,
    ),
    anchor: defineLazyCommand(
      "Write the file DATABASE.audit for a log that is intact",
      async () => (await import("./verify.ts")).AUDIT_ANCHOR,
    ),
  },
});
