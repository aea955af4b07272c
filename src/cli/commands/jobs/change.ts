import { RatchetError } from "../../../domain/errors.ts";
import type { JobStatus } from "../../../domain/job.ts";
import type { JsonObject } from "../../../domain/json.ts";
import { changeableStatuses } from "../../../service/jobs/bulk.ts";
import { CONFIG_OPTIONS, type CommandDefinition, defineCommand } from "../../framework/command.ts";
import { EXIT } from "../../framework/exit-codes.ts";
import { writeStdout } from "../../framework/output.ts";
import { SERVER_OPTION, withServer } from "../../framework/server-client.ts";
import { TASK_FILTER } from "../../framework/server-command.ts";
import { changeNamed, progressText } from "./change-named.ts";
import { JOB_FILTER_OPTIONS, jobFilter } from "./filter-options.ts";
import { jobId } from "./job-id.ts";

/** `ratchet jobs cancel`. */
export function jobsCancel(): CommandDefinition {
  return changeCommand({
    action: "cancel",
    done: "cancelled",
    summary: "Cancel waiting or running jobs",
  });
}

/** `ratchet jobs retry`. */
export function jobsRetry(): CommandDefinition {
  return changeCommand({
    action: "retry",
    done: "queued",
    summary: "Requeue failed or cancelled jobs",
  });
}

interface Change {
  action: "cancel" | "retry";
  /** Status of the jobs afterwards. */
  done: JobStatus;
  summary: string;
}

function changeCommand({ action, done, summary }: Change): CommandDefinition {
  const statuses = changeableStatuses(action);
  return defineCommand({
    meta: {
      name: `jobs ${action}`,
      description: summary,
      details: [
        `Takes the ids of jobs or, with --all, filters that select them (by --status only ${statuses.join(", ")}).`,
      ],
      examples: [
        [`ratchet jobs ${action} 12 13`, "two jobs"],
        [`ratchet jobs ${action} --all --task addition`, "all jobs of a task"],
      ],
    },
    args: {
      id: { type: "positional", description: "Id of a job.", multiple: true, form: jobId, required: false },
      all: { type: "boolean", description: "Select all jobs that match the filters." },
      "dry-run": { type: "boolean", needs: "all", description: "Print how many jobs match, and change nothing." },
      task: { ...TASK_FILTER, needs: "all" },
      status: {
        type: "enum",
        options: [...statuses],
        valueHint: "STATUS",
        needs: "all",
        multiple: true,
        description: "In this status. Can be repeated.",
      },
      ...needingAll(JOB_FILTER_OPTIONS),
      ...SERVER_OPTION,
      ...CONFIG_OPTIONS,
      json: { type: "boolean", description: "Print JSON." },
    },
    async run({ args, data }) {
      const { values } = await data.config();
      checkChoice(action, args.all, args.id);
      return withServer(args.server, values, async (client) => {
        if (!args.all) {
          const text = (id: string, job: JsonObject) => progressText(`job ${id}`, done, job);
          const change = { kind: "jobs", ids: args.id, action, text, json: args.json } as const;
          return changeNamed(client, change, data.errorFormat);
        }
        const status = args.status.length > 0 ? [...args.status] : statuses;
        const filter = { ...(await jobFilter(client, args)), status };
        const dryRun = args["dry-run"];
        const change = await client.call("POST", "/api/v1/jobs/bulk", { action, filter, dryRun });
        const { changed = 0 } = change;
        const text = dryRun ? `${changed} would be ${done}\n` : `${changed} ${done}\n`;
        writeStdout(args.json ? `${JSON.stringify(change)}\n` : text);
        return EXIT.done;
      });
    },
  });
}

/** Filters make sense only with `--all`. */
function needingAll<T extends Record<string, object>>(options: T): { [K in keyof T]: T[K] & { needs: "all" } } {
  const entries = Object.entries(options).map(([name, option]) => [name, { ...option, needs: "all" }]);
  return Object.fromEntries(entries) as { [K in keyof T]: T[K] & { needs: "all" } };
}

function checkChoice(action: string, all: boolean, ids: readonly string[]): void {
  if (all === ids.length > 0) {
    throw new RatchetError("USAGE", `jobs ${action}: pass either ids of jobs or --all.`, {
      remedy: `Write ratchet jobs ${action} 12, or ratchet jobs ${action} --all --task NAME.`,
    });
  }
}
