import { defineGroup, defineLazyCommand, type GroupDefinition } from "../../framework/command.ts";

/** `ratchet notifications`. */
export const NOTIFICATIONS: GroupDefinition = defineGroup({
  meta: { name: "notifications", description: "Send messages about failures and delays of a running server" },
  subCommands: {
    list: defineLazyCommand(
      "List the rules of notifications",
      async () => (await import("./list.ts")).NOTIFICATIONS_LIST,
    ),
    create: defineLazyCommand(
      "Create a rule of notifications",
      async () => (await import("./create.ts")).NOTIFICATIONS_CREATE,
    ),
    delete: defineLazyCommand(
      "Delete a rule of notifications",
      async () => (await import("./change.ts")).NOTIFICATIONS_DELETE,
    ),
    test: defineLazyCommand(
      "Send a test message to each receiver of a rule",
      async () => (await import("./change.ts")).NOTIFICATIONS_TEST,
    ),
    deliveries: defineLazyCommand(
      "List the deliveries of notifications",
      async () => (await import("./deliveries.ts")).NOTIFICATIONS_DELIVERIES,
    ),
  },
});
