import type { ConfigValues } from "../../../config/keys.ts";
import { RatchetError } from "../../../domain/errors.ts";
import type { JsonObject } from "../../../domain/json.ts";
import { defined } from "../../../lib/defined.ts";
import { formatDuration } from "../../../lib/duration.ts";
import { isObject } from "../../../lib/is-object.ts";
import { readGuestError } from "../../../sandbox/engine/read-guest-error.ts";
import { EXIT, isErrorCode } from "../../framework/exit-codes.ts";
import { writeStdout } from "../../framework/output.ts";
import { type ServerClient, withServer } from "../../framework/server-client.ts";
import { givenInput } from "../input-options.ts";

/** The options of `enqueue`. */
export interface EnqueueOptions {
  task: string;
  "task-version": string | undefined;
  "input-json": string | undefined;
  "input-file": string | undefined;
  priority: string | undefined;
  "run-at": string | undefined;
  delay: number | undefined;
  "max-retries": number | undefined;
  "idempotency-key": string | undefined;
  "unique-key": string | undefined;
  "concurrency-key": string | undefined;
  "correlation-key": string | undefined;
  after: readonly string[];
  when: string | undefined;
  tag: readonly string[];
  wait: boolean;
  "wait-timeout": number | undefined;
  server: string | undefined;
  json: boolean;
}

/** First and longest pause between two requests for the status of a job, in ms. */
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;
/** How long to wait for a server that is restarting, in ms. */
const LONGEST_OUTAGE_MS = 10_000;

/** Creates a job and returns the exit code. @throws {RatchetError} from the server, or from the task with --wait */
export async function enqueue(options: EnqueueOptions, config: ConfigValues): Promise<number> {
  const request = jobRequest(options);
  return withServer(options.server, config, async (client) => {
    const job = await client.call("POST", "/api/v1/jobs", request);
    if (!options.wait) {
      writeStdout(options.json ? `${JSON.stringify(job)}\n` : `${job.id}\n`);
      return EXIT.done;
    }
    const ended = await waitFor(client, Number(job.id), options["wait-timeout"]);
    if (options.json) writeStdout(`${JSON.stringify(ended)}\n`);
    if (ended.status !== "completed") throw failureOf(ended);
    if (!options.json) writeStdout(`${JSON.stringify(ended.output ?? null)}\n`);
    return EXIT.done;
  });
}

function jobRequest(options: EnqueueOptions): JsonObject {
  const { delay, after } = options;
  const given = givenInput(options);
  // Without one, a job that starts after others has what has become of them.
  const input: JsonObject = given === undefined && after.length > 0 ? {} : { input: given ?? {} };
  const runAt = delay === undefined ? options["run-at"] : Date.now() + delay;
  return {
    task: options.task,
    ...input,
    ...defined({
      version: options["task-version"],
      priority: options.priority,
      runAt,
      maxRetries: options["max-retries"],
      idempotencyKey: options["idempotency-key"],
      uniqueKey: options["unique-key"],
      concurrencyKey: options["concurrency-key"],
      correlationKey: options["correlation-key"],
      after: after.length === 0 ? undefined : after.map(Number),
      when: options.when,
      tags: options.tag.length === 0 ? undefined : [...options.tag],
    }),
  };
}

async function waitFor(client: ServerClient, id: number, limitMs: number | undefined): Promise<JsonObject> {
  const end = limitMs === undefined ? Number.POSITIVE_INFINITY : performance.now() + limitMs;
  let reachedAt = performance.now();
  for (let pause = FIRST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    const job = await client.call("GET", `/api/v1/jobs/${id}`).catch((error: unknown) => {
      if (!(error instanceof RatchetError) || error.code !== "ENVIRONMENT") throw error;
      if (performance.now() - reachedAt < LONGEST_OUTAGE_MS) return undefined;
      throw new RatchetError("ENVIRONMENT", error.message, {
        remedy: `Job ${id} is on the server's disk and continues when the server runs again: \`ratchet jobs show ${id}\`.`,
        data: { jobId: id },
        cause: error,
      });
    });
    if (job !== undefined) reachedAt = performance.now();
    if (job !== undefined && job.finishedAt !== null && job.finishedAt !== undefined) return job;
    if (performance.now() >= end) {
      throw new RatchetError("TIME_LIMIT", `Job ${id} has not ended within ${formatDuration(limitMs ?? 0)}.`, {
        remedy: `The job continues; \`ratchet jobs show ${id}\` shows its status.`,
        data: { jobId: id, status: job?.status ?? null },
      });
    }
    await Bun.sleep(Math.max(1, Math.min(pause, end - performance.now())));
  }
}

/** Returns the error that a job ended with, as if the task had run here. */
function failureOf(job: JsonObject): RatchetError {
  const data = { jobId: job.id ?? null };
  if (job.status === "cancelled") {
    return new RatchetError("TASK_FAILED", `Job ${job.id} was cancelled.`, {
      data,
      remedy: `\`ratchet jobs retry ${job.id}\` requeues it.`,
    });
  }
  const error = isObject(job.error) ? job.error : {};
  const { code, message, remedy } = error;
  const known = typeof code === "string" && isErrorCode(code) ? code : "TASK_FAILED";
  const guest = readGuestError(error.guest);
  return new RatchetError(known, typeof message === "string" ? message : `Job ${job.id} failed.`, {
    data,
    ...defined({ remedy: typeof remedy === "string" ? remedy : undefined, guest }),
  });
}
