import { defineCommand } from "../../framework/command.ts";
import { RUN_ONCE_OPTIONS } from "./options.ts";
import { isStream } from "./stream-options.ts";

/** `ratchet run-once`: its options. The implementation is loaded when it runs. */
export const RUN_ONCE = defineCommand({
  meta: {
    name: "run-once",
    description: "Run a task once, or once for every line of a stream",
    details: [
      "Runs a task in the sandbox and prints its result as one line of JSON. Without an input option, the input is {}. " +
        "Standard input is read only with --input-file - (or with --ndjson and no --input-file).",
      "Values of --set are JSON if they parse as JSON (5, true, null, [1]), and text otherwise; k=@FILE reads the value " +
        "from a file (@- from standard input), and a.b=1 sets a value inside an object. Put a text that looks like JSON " +
        "in quotes: --set 'zip=\"01234\"'.",
      "With --ndjson, every input line is one input and every output line is one result, in the same order. " +
        "Blank lines are skipped. A failed line has an error in its place, and the exit code is then 1.",
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
  worksWithoutStdout: true,
  args: RUN_ONCE_OPTIONS,
  async run({ args, data }) {
    if (isStream(args)) {
      await (await import("../../framework/restart-in-place.ts")).restartForManyGuests();
      return (await import("./stream.ts")).runStream(args, data);
    }
    return (await import("./single.ts")).runSingle(args, data);
  },
});
