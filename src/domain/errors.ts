import type { GuestError } from "./guest-errors.ts";
import type { JsonObject } from "./json.ts";
import type { Problem } from "./problem.ts";

/**
 * Stable codes for all failures of Ratchet. The command line maps a code to an exit code and the server maps it to a
 * status, each in one place.
 */
export const ERROR_CODES = [
  // wrong usage
  "USAGE",
  // bad data
  "INVALID_JSON",
  "INPUT_UNREADABLE",
  "INVALID_INPUT",
  "INVALID_OUTPUT",
  "TASK_NOT_FOUND",
  "TASK_UNREADABLE",
  "TASK_INVALID",
  "CONFIG_INVALID",
  "RECORDING_INVALID",
  "NO_TESTS",
  // the task's own failure
  "TASK_FAILED",
  "NEVER_SETTLED",
  "NOBODY_TO_ANSWER",
  "LINES_FAILED",
  // limits
  "TIME_LIMIT",
  "MEMORY_LIMIT",
  "STACK_LIMIT",
  "OUTPUT_LIMIT",
  "LOG_LIMIT",
  "FETCH_LIMIT",
  "SLEEP_LIMIT",
  "RUN_LIMIT",
  "STREAM_UNAVAILABLE",
  // stopped from outside
  "CANCELLED",
  "WORKER_LOST",
  "EXECUTION_ENDED",
  // durable runs
  "JOURNAL_MISMATCH",
  "IMAGE_UNREADABLE",
  "JOURNAL_UNREADABLE",
  // the server's state
  "JOB_NOT_FOUND",
  "EXECUTION_NOT_FOUND",
  "RECORDING_NOT_FOUND",
  "README_NOT_FOUND",
  "WORKFLOW_NOT_FOUND",
  "SCHEDULE_NOT_FOUND",
  "SOURCE_NOT_FOUND",
  "SECRET_NOT_FOUND",
  "WEBHOOK_NOT_FOUND",
  "DELIVERY_NOT_FOUND",
  "RULE_NOT_FOUND",
  "APPROVAL_NOT_FOUND",
  "SCHEDULE_INVALID",
  "UNKNOWN_STEP",
  "ILLEGAL_TRANSITION",
  "CONFLICT",
  "INPUT_LIMIT",
  "SIGNAL_LIMIT",
  "TOO_MANY_LISTENERS",
  "OVERLOADED",
  "DRAINING",
  "MEMORY_HIGH",
  // access
  "UNAUTHENTICATED",
  "FORBIDDEN",
  "SETUP_REQUIRED",
  "USER_NOT_FOUND",
  "KEY_NOT_FOUND",
  // the machine
  "ENVIRONMENT",
  // a bug in Ratchet
  "INTERNAL",
] as const;

/** One of the {@link ERROR_CODES}. */
export type ErrorCode = (typeof ERROR_CODES)[number];

/** Content of a {@link RatchetError}. Everything except `cause` may be shown to the caller. */
export interface RatchetErrorOptions {
  /** Machine-readable details: the limit and the value, a JSON pointer, a path. */
  data?: JsonObject | undefined;
  /** Problems, each with file, position and remedy. */
  problems?: readonly Problem[] | undefined;
  /** What the user can do next, in one sentence. */
  remedy?: string | undefined;
  /** The error that the guest threw, if the task failed. */
  guest?: GuestError | undefined;
  /** Private: only for logs, never for responses. */
  cause?: unknown;
}

/**
 * The only error type of the program.
 * @example
 * ```ts
 * const error = new RatchetError("JOB_NOT_FOUND", "There is no job 7.", {
 *   data: { jobId: 7 },
 *   remedy: "List the jobs; finished ones are deleted after their retention time.",
 * });
 * error.code; // => "JOB_NOT_FOUND"
 * error.data; // => { jobId: 7 }
 * ```
 */
export class RatchetError extends Error {
  override readonly name = "RatchetError";
  readonly code: ErrorCode;
  readonly data: JsonObject;
  readonly problems: readonly Problem[];
  readonly remedy: string | undefined;
  readonly guest: GuestError | undefined;

  constructor(code: ErrorCode, message: string, options: RatchetErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.data = options.data ?? {};
    this.problems = options.problems ?? [];
    this.remedy = options.remedy;
    this.guest = options.guest;
  }
}
