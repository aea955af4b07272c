import { RatchetError } from "../../domain/errors.ts";
import type { JobStatus } from "../../domain/job.ts";
import type { JsonObject } from "../../domain/json.ts";
import { CONFIG_OPTIONS, type CommandContext, type CommandDefinition, defineCommand } from "../command.ts";
import { asRatchetError, errorJson, reportError } from "../error-report.ts";
import { EXIT, exitCodeOf } from "../exit-codes.ts";
import { writeStdout } from "../output.ts";
import { SERVER_OPTION, type ServerClient, withServer } from "../server-client.ts";
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
    summary: "Queue failed or cancelled jobs anew",
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
    name: `jobs ${action}`,
    summary,
    description: [
      `Names jobs by their numbers, or with --all those that match --task and --status (${statuses.join(", ")}).`,
    ],
    positionals: [{ name: "ID", description: "Number of a job.", multiple: true, form: jobId }],
    options: {
      all: { description: "All jobs that match." },
      task: { form: { type: "string" }, value: "TASK", needs: "all", description: "Of this task, by label or uuid." },
      status: {
        form: { type: "choice", choices: statuses },
        value: "STATUS",
        needs: "all",
        multiple: true,
        description: "In this status. May be given several times.",
      },
      ...SERVER_OPTION,
      ...CONFIG_OPTIONS,
      json: { description: "Print JSON." },
    },
    examples: [
      [`ratchet jobs ${action} 12 13`, "two jobs"],
      [`ratchet jobs ${action} --all --task addition`, "all of a task"],
    ],
    async run(options, context) {
      const { values } = await context.config();
      checkChoice(action, options.all, context.words);
      return withServer(options.server, values, async (client) => {
        if (!options.all) return changeNamed(client, action, context, options.json, done);
        const filter: JsonObject = {
          ...(options.task !== undefined && { task: options.task }),
          status: options.status !== undefined && options.status.length > 0 ? [...options.status] : [...statuses],
        };
        const { changed = 0 } = await client.call("POST", "/api/v1/jobs/bulk", { action, filter });
        writeStdout(options.json ? `${JSON.stringify({ changed })}\n` : `${changed} ${done}\n`);
        return EXIT.done;
      });
    },
  });
}

function checkChoice(action: string, all: boolean, words: readonly string[]): void {
  if (all === words.length > 0) {
    throw new RatchetError("USAGE", `jobs ${action}: name jobs by their numbers, or all with --all, not both.`, {
      remedy: `Write ratchet jobs ${action} 12, or ratchet jobs ${action} --all --task NAME.`,
    });
  }
}

/** Changes each job on its own: one that can't be changed does not keep the others from it. */
async function changeNamed(
  client: ServerClient,
  action: string,
  { words, errorFormat }: CommandContext,
  json: boolean,
  done: string,
): Promise<number> {
  let code: number = EXIT.done;
  for (const id of words) {
    try {
      const job = await client.call("POST", `/api/v1/jobs/${id}/${action}`);
      writeStdout(json ? `${JSON.stringify(job)}\n` : `job ${id} is ${done}\n`);
    } catch (error) {
      const known = asRatchetError(error);
      // Nobody there: the next one would not be reached either.
      if (known.code === "ENVIRONMENT") throw known;
      if (json) writeStdout(`${JSON.stringify({ id: Number(id), error: errorJson(known) })}\n`);
      else reportError(known, errorFormat);
      code = exitCodeOf(known.code);
    }
  }
  return code;
}
