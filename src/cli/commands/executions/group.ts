import { defineGroup, defineLazyCommand, type GroupDefinition } from "../../framework/command.ts";

/** `ratchet executions`. */
export const EXECUTIONS: GroupDefinition = defineGroup({
  meta: { name: "executions", description: "List, show and change the executions of a running server" },
  subCommands: {
    list: defineLazyCommand("List executions, newest first", async () => (await import("./list.ts")).EXECUTIONS_LIST),
    show: defineLazyCommand(
      "Print an execution with its input, output and error",
      async () => (await import("./show.ts")).EXECUTIONS_SHOW,
    ),
    cancel: defineLazyCommand("Cancel executions", async () =>
      (await import("../jobs/control.ts")).controlCommand({ kind: "executions", action: "cancel" }),
    ),
    kill: defineLazyCommand("Cancel executions at once, without clean-up", async () =>
      (await import("../jobs/control.ts")).controlCommand({ kind: "executions", action: "kill" }),
    ),
    fork: defineLazyCommand(
      "Do a finished run again from one of its steps",
      async () => (await import("./fork.ts")).EXECUTIONS_FORK,
    ),
    pause: defineLazyCommand("Pause executions that wait, or whose runs sleep", async () =>
      (await import("../jobs/control.ts")).controlCommand({ kind: "executions", action: "pause" }),
    ),
    resume: defineLazyCommand("Let paused or failed executions go on", async () =>
      (await import("../jobs/control.ts")).resumeCommand("executions"),
    ),
  },
});
