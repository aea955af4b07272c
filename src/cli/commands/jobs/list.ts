import { JOB_STATUSES } from "../../../domain/job.ts";
import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { CONFIG_OPTIONS, defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import { isObject, SERVER_OPTION, type ServerClient, withServer } from "../../framework/server-client.ts";
import { table } from "../../framework/table.ts";
import { errorLine } from "./error-line.ts";

const DEFAULT_COUNT = 50;
const LARGEST_PAGE = 1_000;

/** `ratchet jobs list`. */
export const JOBS_LIST = defineCommand({
  meta: {
    name: "jobs list",
    description: "List jobs, latest first",
    details: ["Lists jobs of a running server."],
    examples: [
      ["ratchet jobs list --status failed", "those that need a look"],
      ["ratchet jobs list --task addition --limit 1000 --json | jq .id", "for scripts"],
    ],
  },
  args: {
    status: {
      type: "enum",
      options: [...JOB_STATUSES],
      valueHint: "STATUS",
      multiple: true,
      description: `Jobs in this status: ${JOB_STATUSES.join(", ")}. May be given several times.`,
    },
    task: { type: "string", valueHint: "TASK", description: "Jobs of this task, by label or uuid." },
    limit: {
      type: "string",
      form: { type: "integer", min: 1, max: 1_000_000 },
      valueHint: "N",
      description: `How many at most. Default: ${DEFAULT_COUNT}.`,
    },
    ...SERVER_OPTION,
    ...CONFIG_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object a line." },
  },
  async run({ args, data }) {
    const { values } = await data.config();
    return withServer(args.server, values, async (client) => {
      const query = new URLSearchParams();
      if (args.status !== undefined && args.status.length > 0) query.set("status", args.status.join(","));
      if (args.task !== undefined) query.set("task", args.task);
      const jobs = await readJobs(client, query, args.limit ?? DEFAULT_COUNT);
      if (args.json) writeStdout(jobs.map((job) => `${JSON.stringify(job)}\n`).join(""));
      else if (jobs.length === 0) writeStdout("There are no such jobs.\n");
      else writeStdout(table(COLUMNS, jobs.map(cells), painter("stdout")));
      return EXIT.done;
    });
  },
});

const COLUMNS = ["id", "status", "task", "priority", "attempts", "created", "error"];

/** Items of as many pages as are needed. */
async function readJobs(client: ServerClient, query: URLSearchParams, count: number): Promise<JsonObject[]> {
  const jobs: JsonObject[] = [];
  for (let cursor: JsonValue | undefined = ""; typeof cursor === "string" && jobs.length < count; ) {
    query.set("limit", String(Math.min(LARGEST_PAGE, count - jobs.length)));
    if (cursor !== "") query.set("cursor", cursor);
    const page = await client.call("GET", `/api/v1/jobs?${query}`);
    if (Array.isArray(page.items)) jobs.push(...page.items.filter(isObject));
    cursor = page.nextCursor;
  }
  return jobs;
}

function cells(job: JsonObject): string[] {
  const task = isObject(job.task) ? job.task.label : job.taskId;
  const texts = [job.id, job.status, task, job.priority, job.attempts, job.createdAt, errorLine(job.error)];
  return texts.map((value) => String(value ?? ""));
}
