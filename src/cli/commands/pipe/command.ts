import { defineCommand } from "../../framework/command.ts";
import { PIPE_OPTIONS } from "./options.ts";

/** `ratchet pipe`: its options. The implementation is loaded when it runs. */
export const PIPE = defineCommand({
  meta: {
    name: "pipe",
    description: "Connect tasks: the rows that one writes are those that the next one reads",
    details: [
      "A task with `stream` in its metadata takes all rows as one input, an async iterable; any other task runs once for each " +
        "row, and the order stays. A task that is an async generator writes any number of rows for its input.",
      "All tasks run in this process. Rows wait in bounded buffers, so a slow task slows down those before it. The first " +
        "failure ends the pipe and names the task and the line; rows that were written stay.",
    ],
    examples: [
      ["ratchet pipe parse.js enrich.js total.js --ndjson < rows.ndjson", "three tasks, one after the other"],
      ["ratchet pipe tasks#clean tasks#sum --input-file rows.ndjson -o sums.ndjson", "two tasks of a collection"],
    ],
  },
  worksWithoutStdout: true,
  args: PIPE_OPTIONS,
  async run({ args, data }) {
    return (await import("./pipe.ts")).runPipe(args, data);
  },
});
