import { defined } from "../../../lib/defined.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { printable, writeStderr, writeStdout } from "../../framework/output.ts";
import { askServer, SERVER_OPTIONS } from "../../framework/server-command.ts";
import { givenInput, INPUT_OPTIONS } from "../input-options.ts";
import { executionId } from "./execution-id.ts";

/** `ratchet executions fork`. */
export const EXECUTIONS_FORK = defineCommand({
  meta: {
    name: "executions fork",
    description: "Do a finished run again from one of its steps",
    details: [
      "Creates a job that goes on with the run. Steps that do not follow the named one keep their results. The command prints the id of the job, and warns of steps that are done again although nothing says that they may be.",
    ],
    examples: [
      ["ratchet executions fork 31 --from charge", "everything from the step charge on"],
      [`ratchet executions fork 31 --from charge --input-json '{"amount":5}'`, "with another input"],
    ],
  },
  args: {
    id: { type: "positional", description: "Id of the execution.", form: executionId },
    from: {
      type: "string",
      valueHint: "STEP",
      required: true,
      description: "Step of the workflow; in a task that is code, name of a step, called task, signal or event.",
    },
    ...INPUT_OPTIONS,
    "input-json": { ...INPUT_OPTIONS["input-json"], description: "The input. Default: that of the run." },
    "task-version": {
      type: "string",
      valueHint: "VERSION",
      description: "Exact version of the task. Default: the one that ran.",
    },
    force: { type: "boolean", description: "Fork the run although it has not ended." },
    ...SERVER_OPTIONS,
  },
  async run({ args, data }) {
    const { id, from, force } = args;
    const request = { from, force, ...defined({ input: givenInput(args), version: args["task-version"] }) };
    return askServer(args, data, async (client) => {
      const job = await client.call("POST", `/api/v1/executions/${id}/fork`, request);
      const warnings = Array.isArray(job.warnings) ? job.warnings : [];
      if (!args.json) for (const warning of warnings) writeStderr(`warning: ${printable(String(warning))}\n`);
      writeStdout(args.json ? `${JSON.stringify(job)}\n` : `${job.id}\n`);
      return EXIT.done;
    });
  },
});
