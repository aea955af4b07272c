import { RatchetError } from "../../../domain/errors.ts";
import type { JsonObject } from "../../../domain/json.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { type Paint, painter, printable, writeStdout } from "../../framework/output.ts";
import type { ServerClient } from "../../framework/server-client.ts";
import { askServer, readItems, SERVER_OPTIONS, writeJsonLines } from "../../framework/server-command.ts";
import { jobId } from "../jobs/job-id.ts";
import { executionId } from "./execution-id.ts";

/** `ratchet logs`. */
export const LOGS = defineCommand({
  meta: {
    name: "logs",
    description: "Print what a task wrote to its console",
    details: ["Prints the stored console lines of an execution, or of all attempts of a job, in order."],
    examples: [
      ["ratchet logs 31", "of execution 31"],
      ["ratchet logs --job 12 --json", "of every attempt of job 12"],
    ],
  },
  args: {
    execution: { type: "positional", required: false, description: "Id of the execution.", form: executionId },
    job: { type: "string", valueHint: "ID", form: jobId, description: "All attempts of this job." },
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object per line." },
  },
  async run({ args, data }) {
    const { execution, job } = args;
    if ((execution === undefined) === (job === undefined)) {
      throw new RatchetError("USAGE", "logs: name either an execution or a job.", {
        remedy: "Write ratchet logs 31, or ratchet logs --job 12.",
      });
    }
    return askServer(args, data, async (client) => {
      const paint = painter("stdout");
      for (const id of execution === undefined ? await attemptsOf(client, job ?? "") : [execution]) {
        const lines = await readItems(client, `/api/v1/executions/${id}/logs`, {}, Number.MAX_SAFE_INTEGER);
        if (args.json) writeJsonLines(lines.map((line) => ({ executionId: Number(id), ...line })));
        else writeStdout(lines.map((line) => logLine(line, paint)).join(""));
      }
      return EXIT.done;
    });
  },
});

/** The executions of a job, in their order. @throws {RatchetError} JOB_NOT_FOUND */
async function attemptsOf(client: ServerClient, job: string): Promise<string[]> {
  await client.call("GET", `/api/v1/jobs/${job}`);
  const query = { jobId: job, order: "asc" };
  const executions = await readItems(client, "/api/v1/executions", query, Number.MAX_SAFE_INTEGER);
  return executions.map(({ id }) => String(id));
}

function logLine({ time, level, message }: JsonObject, paint: Paint): string {
  const shown = paint(level === "error" ? "red" : level === "warn" ? "yellow" : "dim", `[${level}]`);
  return `${paint("dim", String(time))} ${shown} ${printable(String(message))}\n`;
}
