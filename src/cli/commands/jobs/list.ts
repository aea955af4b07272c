import { JOB_STATUSES } from "../../../domain/job.ts";
import type { JsonObject } from "../../../domain/json.ts";
import { defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { painter, writeStdout } from "../../framework/output.ts";
import {
  askServer,
  LIMIT_OPTION,
  readItems,
  SERVER_OPTIONS,
  TASK_FILTER,
  taskLabel,
  writeJsonLines,
} from "../../framework/server-command.ts";
import { cells, table } from "../../framework/table.ts";
import { errorLine } from "./error-line.ts";
import { JOB_FILTER_OPTIONS, jobFilter } from "./filter-options.ts";

/** `ratchet jobs list`. */
export const JOBS_LIST = defineCommand({
  meta: {
    name: "jobs list",
    description: "List jobs, newest first",
    details: ["Lists the jobs of a running server that match all filters."],
    examples: [
      ["ratchet jobs list --status failed", "failed jobs"],
      ["ratchet jobs list --task addition --tag nightly --error-code TIME_LIMIT", "nightly jobs that ran too long"],
      ["ratchet jobs list --task addition --limit 1000 --json | jq .id", "ids for a script"],
    ],
  },
  args: {
    status: {
      type: "enum",
      options: [...JOB_STATUSES],
      valueHint: "STATUS",
      multiple: true,
      description: `In this status: ${JOB_STATUSES.join(", ")}. Can be repeated.`,
    },
    task: TASK_FILTER,
    ...JOB_FILTER_OPTIONS,
    ...LIMIT_OPTION,
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object per line." },
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const query = { ...(await jobFilter(client, args)), status: args.status.join(",") || undefined };
      const jobs = await readItems(client, "/api/v1/jobs", query, args.limit);
      if (args.json) writeJsonLines(jobs);
      else if (jobs.length === 0) writeStdout("No jobs match.\n");
      else writeStdout(table(COLUMNS, jobs.map(row), painter("stdout")));
      return EXIT.done;
    });
  },
});

const COLUMNS = ["id", "status", "task", "priority", "attempts", "created", "error"];

function row(job: JsonObject): string[] {
  return cells([job.id, job.status, taskLabel(job), job.priority, job.attempts, job.createdAt, errorLine(job.error)]);
}
