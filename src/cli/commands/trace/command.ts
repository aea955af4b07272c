import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { askServer, SERVER_OPTIONS } from "../../framework/server-command.ts";
import { executionId } from "../executions/execution-id.ts";
import { readSpans } from "./read-spans.ts";

/** `ratchet trace`. */
export const TRACE = defineCommand({
  meta: {
    name: "trace",
    description: "Draw the trace of an execution: where its time went",
    details: [
      "The trace has the request, the enqueuing of the job, the wait, the attempt, the validation, the run, and each fetch.",
    ],
    examples: [
      ["ratchet trace 31", "of execution 31"],
      ["ratchet trace 31 --format chrome > trace.json", "for https://ui.perfetto.dev"],
    ],
  },
  args: {
    id: { type: "positional", description: "Id of the execution.", form: executionId },
    format: {
      type: "string",
      form: { type: "choice", choices: ["text", "chrome"] },
      valueHint: "FORMAT",
      description: "text (the default), or chrome: the format of Perfetto and of chrome://tracing.",
    },
    ...SERVER_OPTIONS,
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const body = await client.call("GET", `/api/v1/executions/${args.id}/trace`);
      if (args.format === "chrome") {
        const { chromeTrace } = await import("../../../telemetry/tracing/chrome-trace.ts");
        writeStdout(`${JSON.stringify(chromeTrace(String(body.traceId), readSpans(body)))}\n`);
      } else if (args.json) writeStdout(`${JSON.stringify(body)}\n`);
      else {
        const { traceText } = await import("./trace-text.ts");
        writeStdout(traceText(String(body.traceId), readSpans(body), painter("stdout")));
      }
      return EXIT.done;
    });
  },
});
