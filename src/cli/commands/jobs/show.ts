import type { JsonObject } from "../../../domain/json.ts";
import { isObject } from "../../../lib/is-object.ts";
import { CONFIG_OPTIONS, defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { SERVER_OPTION, withServer } from "../../framework/server-client.ts";
import { facts, table, wordsText } from "../../framework/table.ts";
import { msText, statusText } from "../executions/execution-text.ts";
import { waitingText } from "../executions/waiting-text.ts";
import { errorLine, errorText } from "./error-line.ts";
import { jobId } from "./job-id.ts";

/** `ratchet jobs show`. */
export const JOBS_SHOW = defineCommand({
  meta: {
    name: "jobs show",
    description: "Print a job, its executions, and why it is not running",
    details: ["Prints a job of a running server, all its attempts, and what it is waiting for."],
    examples: [["ratchet jobs show 12", "the status of job 12"]],
  },
  args: {
    id: { type: "positional", description: "Id of the job.", required: true, form: jobId },
    ...SERVER_OPTION,
    ...CONFIG_OPTIONS,
    json: { type: "boolean", description: "Print JSON." },
  },
  async run({ args, data }) {
    const { id } = args;
    const { values } = await data.config();
    return withServer(args.server, values, async (client) => {
      const job = await client.call("GET", `/api/v1/jobs/${id}`);
      const executions = await client.call("GET", `/api/v1/executions?jobId=${id}&limit=1000&order=asc`);
      const explanation = await client.call("GET", `/api/v1/jobs/${id}/explain`);
      const items = Array.isArray(executions.items) ? executions.items.filter((item) => isObject(item)) : [];
      if (args.json) writeStdout(`${JSON.stringify({ ...job, explanation, executions: items })}\n`);
      else writeStdout(jobText(job, explanation, items));
      return EXIT.done;
    });
  },
});

function jobText(job: JsonObject, explanation: JsonObject, executions: readonly JsonObject[]): string {
  const paint = painter("stdout");
  const shown = facts(
    [
      ["job", job.id],
      ["task", isObject(job.task) ? `${job.task.label} (${job.task.uuid})` : job.taskId],
      ["version", job.version ?? "newest"],
      ["status", statusText(job)],
      ["why", explanation.message],
      ["waits for", waitingText(job.waitingFor)],
      ["priority", job.priority],
      ["tags", wordsText(job.tags)],
      ["idempotency key", job.idempotencyKey],
      ["unique key", job.uniqueKey],
      ["concurrency key", job.concurrencyKey],
      ["correlation key", job.correlationKey],
      ["after", isObject(job.after) ? `${wordsText(job.after.jobs)} (${job.after.when})` : undefined],
      ["called by", isObject(job.parent) ? `execution ${job.parent.executionId}` : undefined],
      [
        "forked from",
        isObject(job.forkedFrom) ? `${job.forkedFrom.step} of execution ${job.forkedFrom.executionId}` : undefined,
      ],
      ["created", job.createdAt],
      ["due", job.runAt],
      ["scheduled", job.scheduledAt],
      ["started", job.startedAt],
      ["finished", job.finishedAt],
      ["attempts", job.attempts],
      ["retries", job.maxRetries === null ? job.retries : `${job.retries} of ${job.maxRetries}`],
      ["progress", job.progress],
      ["input", JSON.stringify(job.input ?? null)],
      ["output", job.status === "completed" ? JSON.stringify(job.output ?? null) : undefined],
      ["error", errorText(job.error) || undefined],
    ],
    paint,
  );
  if (executions.length === 0) return shown;
  const rows = executions.map((one) => {
    const cpuMs = isObject(one.usage) ? one.usage.cpuMs : undefined;
    const { id, attempt, status, version, startedAt, durationMs, error } = one;
    const row = [id, attempt, status, version, startedAt, msText(durationMs), msText(cpuMs), errorLine(error)];
    return row.map((value) => String(value ?? ""));
  });
  const names = ["execution", "attempt", "status", "version", "started", "duration", "cpu", "error"];
  return `${shown}\n${table(names, rows, paint)}`;
}
