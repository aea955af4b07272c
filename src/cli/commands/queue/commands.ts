import { defined } from "../../../lib/defined.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { askServer, SERVER_OPTIONS } from "../../framework/server-command.ts";
import { printQueue } from "./state.ts";

const TASK = {
  task: { type: "string", valueHint: "TASK", description: "Only this task, by label, uuid or id. Default: all tasks." },
} as const;

/** `ratchet queue status`. */
export const QUEUE_STATUS = defineCommand({
  meta: {
    name: "queue status",
    description: "Print the pauses and limits of the queue",
    details: ["Prints whether the queue of a running server is paused, and all pauses and limits."],
    examples: [["ratchet queue status", "what holds jobs back"]],
  },
  args: SERVER_OPTIONS,
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      printQueue(await client.call("GET", "/api/v1/queue"), args.json);
      return EXIT.done;
    });
  },
});

/** `ratchet queue pause`. */
export const QUEUE_PAUSE = defineCommand({
  meta: {
    name: "queue pause",
    description: "Stop starting jobs, of one task or of all tasks",
    details: ["Running jobs continue, and jobs can still be created. Pausing again replaces the note."],
    examples: [["ratchet queue pause --task addition --note 'under repair'", "until it is resumed"]],
  },
  args: {
    ...TASK,
    note: { type: "string", valueHint: "TEXT", description: "The reason, shown with the pause." },
    ...SERVER_OPTIONS,
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const { task, note } = args;
      printQueue(await client.call("POST", "/api/v1/queue/pause", defined({ task, note })), args.json);
      return EXIT.done;
    });
  },
});

/** `ratchet queue resume`. */
export const QUEUE_RESUME = defineCommand({
  meta: {
    name: "queue resume",
    description: "Start jobs again, of one task or of all tasks",
    details: ["Waiting jobs start in their order. Has no effect if nothing is paused."],
    examples: [["ratchet queue resume", "after a pause of all tasks"]],
  },
  args: { ...TASK, ...SERVER_OPTIONS },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      printQueue(await client.call("POST", "/api/v1/queue/resume", defined({ task: args.task })), args.json);
      return EXIT.done;
    });
  },
});
