import { defineGroup, defineLazyCommand, type GroupDefinition } from "../../framework/command.ts";

/** `ratchet queue`. */
export const QUEUE: GroupDefinition = defineGroup({
  meta: { name: "queue", description: "Pause, resume and limit the queue of a running server" },
  subCommands: {
    status: defineLazyCommand(
      "Print the pauses and limits of the queue",
      async () => (await import("./commands.ts")).QUEUE_STATUS,
    ),
    pause: defineLazyCommand(
      "Stop starting jobs, of one task or of all tasks",
      async () => (await import("./commands.ts")).QUEUE_PAUSE,
    ),
    resume: defineLazyCommand(
      "Start jobs again, of one task or of all tasks",
      async () => (await import("./commands.ts")).QUEUE_RESUME,
    ),
    limits: defineLazyCommand(
      "Limit how many jobs run at once and how often they start",
      async () => (await import("./limits.ts")).QUEUE_LIMITS,
    ),
  },
});
