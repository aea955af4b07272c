import { type ErrorCode, RatchetError } from "../../domain/errors.ts";
import type { JsonObject } from "../../domain/json.ts";
import { defined } from "../../lib/defined.ts";

/** After this many bad jobs, the rest of the batch is not checked. */
export const MAX_BAD_JOBS = 1_000;

/** Maximum number of places that an error lists. */
const MAX_LISTED = 1_000;

/** What is wrong with the jobs of a batch. */
export interface BadJobs {
  /**
   * Adds the error of a job.
   * @throws the error itself if it is not about the job
   */
  add(index: number, error: unknown): void;
  readonly count: number;
  /** @throws {RatchetError} with all bad jobs and places, if there are any */
  throwIfAny(): void;
}

/** Codes of errors about the job, not about the machine. */
const ABOUT_THE_JOB: ReadonlySet<ErrorCode> = new Set<ErrorCode>([
  "USAGE",
  "INVALID_INPUT",
  "INPUT_LIMIT",
  "TASK_NOT_FOUND",
  "JOB_NOT_FOUND",
  "TASK_INVALID",
  "TASK_UNREADABLE",
  "CONFLICT",
]);

/**
 * @param total number of jobs in the batch
 * @param pointer where the list of jobs is in the request
 */
export function createBadJobs(total: number, pointer: string): BadJobs {
  const jobs: { index: number; error: RatchetError }[] = [];
  return {
    add(index, error) {
      if (!(error instanceof RatchetError) || !ABOUT_THE_JOB.has(error.code)) throw error;
      jobs.push({ index, error });
    },
    get count() {
      return jobs.length;
    },
    throwIfAny() {
      const [first] = jobs;
      if (first === undefined) return;
      const { code, message, remedy } = first.error;
      const places = jobs.flatMap(({ index, error }) => placesOf(`${pointer}/${index}`, error));
      const stopped = jobs.length === MAX_BAD_JOBS && (jobs.at(-1)?.index ?? 0) + 1 < total;
      const count = stopped ? `At least ${jobs.length}` : String(jobs.length);
      const text = jobs.length === 1 ? message : `${count} of ${total} jobs are wrong, the first: ${message}`;
      throw new RatchetError(code, text, {
        data: {
          violations: places.slice(0, MAX_LISTED),
          badJobs: jobs.slice(0, MAX_LISTED).map(({ index, error }) => ({ index, code: error.code })),
          count: jobs.length,
        },
        ...defined({ remedy }),
      });
    },
  };
}

function placesOf(pointer: string, error: RatchetError): JsonObject[] {
  const { violations, field } = error.data;
  if (Array.isArray(violations)) return violations as JsonObject[];
  return [{ pointer: `${pointer}/${typeof field === "string" ? field : fieldOf(error)}`, message: error.message }];
}

function fieldOf({ code, data }: RatchetError): string {
  if (code === "INPUT_LIMIT") return "input";
  return data.version === undefined ? "task" : "version";
}
