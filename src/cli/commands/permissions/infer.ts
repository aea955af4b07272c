import { RatchetError } from "../../../domain/errors.ts";
import { type ArgDefinition, type ArgValues, defineCommand, type Invocation } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { writeStdout } from "../../framework/output.ts";
import { REFERENCE_FORM, SERVER_OPTIONS } from "../../framework/server-command.ts";
import { executionId } from "../executions/execution-id.ts";

const { json: _, ...SERVER } = SERVER_OPTIONS;

const INFER_OPTIONS = {
  recording: {
    type: "string",
    valueHint: "DIR",
    complete: "folder",
    multiple: true,
    excludes: ["task", "execution"],
    description: "A recording, or a folder of recordings, that --record of `run` or `run-once` wrote. Can be repeated.",
  },
  task: {
    type: "string",
    valueHint: "TASK",
    form: REFERENCE_FORM,
    excludes: ["execution"],
    description: "The ledgers of all executions of this task that a running server keeps, by label, uuid or id.",
  },
  execution: {
    type: "string",
    valueHint: "ID",
    form: executionId,
    description: "The ledger of this execution of a running server.",
  },
  ...SERVER,
} as const satisfies Record<string, ArgDefinition>;

/** Values of these options. */
export type InferOptions = ArgValues<typeof INFER_OPTIONS>;

/** `ratchet permissions infer`. */
export const PERMISSIONS_INFER = defineCommand({
  meta: {
    name: "permissions infer",
    description: "Print the smallest permissions that a task needs for what it did",
    details: [
      'Prints `{"net": [...]}`, for `permissions` in metadata.json: one rule for each origin and method that was used. From ' +
        "recordings, a rule also has the longest path that all its calls begin with; methods with the same path share a rule. Ledgers have no paths. " +
        "Calls that were refused are left out.",
    ],
    examples: [
      ["ratchet permissions infer --recording runs", "from all recordings in a folder"],
      ["ratchet permissions infer --task weather", "from what a running server knows"],
    ],
  },
  args: INFER_OPTIONS,
  async run({ args, data }) {
    const net = await inferred(args, data);
    writeStdout(`${JSON.stringify({ net })}\n`);
    return EXIT.done;
  },
});

async function inferred(args: InferOptions, data: Invocation): Promise<string[]> {
  const { inferRules } = await import("../../../execution/permissions/infer-rules.ts");
  if (args.recording.length > 0) {
    const { recordedCalls } = await import("../../../execution/permissions/recorded-calls.ts");
    const calls = await Promise.all(args.recording.map(recordedCalls));
    return inferRules(calls.flat());
  }
  if (args.task === undefined && args.execution === undefined) {
    throw new RatchetError("USAGE", "permissions infer: there is nothing to infer from.", {
      remedy: "Name a recording (--recording DIR), or a task or execution of a running server (--task, --execution).",
    });
  }
  const { ledgerCalls } = await import("./ledger-calls.ts");
  return inferRules(await ledgerCalls(args, data));
}
