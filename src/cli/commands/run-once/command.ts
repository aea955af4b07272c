import { defineCommand } from "../../framework/command.ts";
import { RUN_ONCE_OPTIONS } from "./options.ts";

/** `ratchet run-once`: its options; what it does is loaded when it runs. */
export const RUN_ONCE = defineCommand({
  meta: {
    name: "run-once",
    description: "Run a task once, or once for every line of a stream",
    details: [
      "Runs a task in the sandbox and prints its result, one line of JSON. Without an input option the input is {}. " +
        "Standard input is read only when asked for with --input-file - (or by --ndjson without --input-file).",
      "Values of --set are JSON when they parse as JSON (5, true, null, [1]), else text; k=@FILE takes the value from a " +
        "file (@- from standard input), and a.b=1 sets a value inside an object. A text that looks like JSON is written " +
        "with its quotes: --set 'zip=\"01234\"'.",
      "With --ndjson every line of the input is one input and every line of the output one result, in the same order. " +
        "Blank lines are skipped. A line that fails gives an error in its place, and the exit code at the end is 1.",
    ],
    examples: [
      [`ratchet run-once --from-fs tasks/addition --input-json '{"num1":5,"num2":10}'`, 'prints {"sum":15}'],
      ["ratchet run-once --from-fs tasks/addition --set num1=5 --set num2=10", "the same without JSON"],
      [
        "ratchet run-once --from-fs tasks.zip --task greeting --set name=Ada --timeout 500ms",
        "one task of a collection",
      ],
      ["ratchet run-once --from-fs tasks/addition --ndjson < inputs.ndjson > results.ndjson", "one run a line"],
    ],
  },
  args: RUN_ONCE_OPTIONS,
  async run({ args, data }) {
    if (args.ndjson) await (await import("../../framework/restart-in-place.ts")).restartForManyGuests();
    if (args.ndjson) return (await import("./stream.ts")).runStream(args, data);
    return (await import("./single.ts")).runSingle(args, data);
  },
});
