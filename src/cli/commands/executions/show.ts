import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { askServer, SERVER_OPTIONS } from "../../framework/server-command.ts";
import { executionId } from "./execution-id.ts";
import { executionText } from "./execution-text.ts";

/** `ratchet executions show`. */
export const EXECUTIONS_SHOW = defineCommand({
  meta: {
    name: "executions show",
    description: "Print an execution with its input, output and error",
    details: ["`ratchet logs` prints what the task wrote to its console."],
    examples: [["ratchet executions show 31", "how execution 31 went"]],
  },
  args: { id: { type: "positional", description: "Id of the execution.", form: executionId }, ...SERVER_OPTIONS },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const execution = await client.call("GET", `/api/v1/executions/${args.id}`);
      writeStdout(args.json ? `${JSON.stringify(execution)}\n` : executionText(execution, painter("stdout")));
      return EXIT.done;
    });
  },
});
