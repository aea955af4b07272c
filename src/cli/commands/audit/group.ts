import { defineGroup, defineLazyCommand, type GroupDefinition } from "../../framework/command.ts";

/** `ratchet audit`. */
export const AUDIT: GroupDefinition = defineGroup({
  meta: { name: "audit", description: "Check the server's audit log" },
  subCommands: {
    verify: defineLazyCommand(
      "Check that no entry of the audit log was changed or removed",
      async () => (await import("./verify.ts")).AUDIT_VERIFY,
    ),
  },
});
