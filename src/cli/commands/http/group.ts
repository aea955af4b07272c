import { defineGroup, defineLazyCommand, type GroupDefinition } from "../../framework/command.ts";

/** `ratchet http`. */
export const HTTP: GroupDefinition = defineGroup({
  meta: { name: "http", description: "Show the calls of the tasks of a running server to other servers" },
  subCommands: {
    origins: defineLazyCommand(
      "List the origins that tasks of a running server call, with the states of their circuits",
      async () => (await import("./origins.ts")).HTTP_ORIGINS,
    ),
  },
});
