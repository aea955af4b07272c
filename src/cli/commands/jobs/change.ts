import { RatchetError } from "../../../domain/errors.ts";
import type { JobStatus } from "../../../domain/job.ts";
import type { JsonObject } from "../../../domain/json.ts";
import { toRatchetError } from "../../../domain/unknown-error.ts";
import { defined } from "../../../lib/defined.ts";
import { CONFIG_OPTIONS, type CommandDefinition, defineCommand, type Invocation } from "../../framework/command.ts";
import { errorJson, reportError } from "../../framework/error-report.ts";
import { EXIT, exitCodeOf } from "../../framework/exit-codes.ts";
import { writeStdout } from "../../framework/output.ts";
import { SERVER_OPTION, type ServerClient, withServer } from "../../framework/server-client.ts";
import { jobId } from "./job-id.ts";

/** `ratchet jobs cancel`. */
export function jobsCancel(): CommandDefinition {
  return changeCommand({
    action: "cancel",
    done: "cancelled",
    summary: "Cancel waiting or running jobs",
    statuses: ["queued", "retrying", "processing"],
  });
}

/** `ratchet jobs retry`. */
export function jobsRetry(): CommandDefinition {
  return changeCommand({
    action: "retry",
    done: "queued",
    summary: "Queue failed or cancelled jobs again",
    statuses: ["failed", "cancelled"],
  });
}

interface Change {
  action: "cancel" | "retry";
  /** What the jobs are afterwards. */
  done: string;
  summary: string;
  /** What they may be before. */
  statuses: readonly JobStatus[];
}

function changeCommand({ action, done, summary, statuses }: Change): CommandDefinition {
  return defineCommand({
    meta: {
      name: `jobs ${action}`,
      description: summary,
      details: [
        `Names jobs by their numbers, or with --all those that match --task and --status (${statuses.join(", ")}).`,
      ],
      examples: [
        [`ratchet jobs ${action} 12 13`, "two jobs"],
        [`ratchet jobs ${action} --all --task addition`, "all of a task"],
      ],
    },
    args: {
      id: { type: "positional", description: "Number of a job.", multiple: true, form: jobId, required: false },
      all: { type: "boolean", description: "All jobs that match." },
      task: { type: "string", valueHint: "TASK", needs: "all", description: "Of this task, by label or uuid." },
      status: {
        type: "enum",
        options: [...statuses],
        valueHint: "STATUS",
        needs: "all",
        multiple: true,
        description: "In this status. May be given several times.",
      },
      ...SERVER_OPTION,
      ...CONFIG_OPTIONS,
      json: { type: "boolean", description: "Print JSON." },
    },
    async run({ args, data }) {
      const { values } = await data.config();
      checkChoice(action, args.all, args.id);
      return withServer(args.server, values, async (client) => {
        if (!args.all) return changeNamed(client, { ids: args.id, action, done, json: args.json }, data.errorFormat);
        const filter: JsonObject = {
          ...defined({ task: args.task }),
          status: args.status !== undefined && args.status.length > 0 ? [...args.status] : [...statuses],
        };
        const { changed = 0 } = await client.call("POST", "/api/v1/jobs/bulk", { action, filter });
        writeStdout(args.json ? `${JSON.stringify({ changed })}\n` : `${changed} ${done}\n`);
        return EXIT.done;
      });
    },
  });
}

function checkChoice(action: string, all: boolean, ids: readonly string[]): void {
  if (all === ids.length > 0) {
    throw new RatchetError("USAGE", `jobs ${action}: name jobs by their numbers, or all with --all, not both.`, {
      remedy: `Write ratchet jobs ${action} 12, or ratchet jobs ${action} --all --task NAME.`,
    });
  }
}

interface NamedChange extends Pick<Change, "action" | "done"> {
  ids: readonly string[];
  json: boolean;
}

/** Changes each job on its own: one that can't be changed does not keep the others from it. */
async function changeNamed(
  client: ServerClient,
  { ids, action, done, json }: NamedChange,
  errorFormat: Invocation["errorFormat"],
): Promise<number> {
  let code: number = EXIT.done;
  for (const id of ids) {
    try {
      const job = await client.call("POST", `/api/v1/jobs/${id}/${action}`);
      writeStdout(json ? `${JSON.stringify(job)}\n` : `job ${id} is ${done}\n`);
    } catch (error) {
      const known = toRatchetError(error);
      // Nobody there: the next one would not be reached either.
      if (known.code === "ENVIRONMENT") throw known;
      if (json) writeStdout(`${JSON.stringify({ id: Number(id), error: errorJson(known) })}\n`);
      else reportError(known, errorFormat);
      code = exitCodeOf(known.code);
    }
  }
  return code;
}
