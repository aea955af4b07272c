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
  taskLabel,
  writeJsonLines,
} from "../../framework/server-command.ts";
import { cells, table } from "../../framework/table.ts";
import { errorLine } from "./error-line.ts";

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
    ...LIMIT_OPTION,
    ...SERVER_OPTIONS,
    json: { type: "boolean", description: "Print one JSON object a line." },
  },
  async run({ args, data }) {
    return askServer(args, data, async (client) => {
      const query = { status: args.status.join(","), task: args.task };
      const jobs = await readItems(client, "/api/v1/jobs", query, args.limit);
      if (args.json) writeJsonLines(jobs);
      else if (jobs.length === 0) writeStdout("There are no such jobs.\n");
      else writeStdout(table(COLUMNS, jobs.map(row), painter("stdout")));
      return EXIT.done;
    });
  },
});

const COLUMNS = ["id", "status", "task", "priority", "attempts", "created", "error"];

function row(job: JsonObject): string[] {
  return cells([job.id, job.status, taskLabel(job), job.priority, job.attempts, job.createdAt, errorLine(job.error)]);
}
