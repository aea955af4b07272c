import type { ErrorCode } from "../../domain/errors.ts";

/** The exit codes by name. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  data: 3,
  time: 4,
  limit: 5,
  environment: 6,
  internal: 70,
  interrupted: 130,
  stdoutClosed: 141,
  terminated: 143,
} as const;

/** What each exit code means, for `help exit-codes`. */
export const EXIT_CODE_MEANINGS: readonly (readonly [code: number, meaning: string])[] = [
  [EXIT.done, "done (tests passed, valid, replay equal)"],
  [EXIT.failed, "the task failed, a test failed, a replay differed, a line of a stream failed"],
  [
    EXIT.usage,
    "wrong usage: unknown command or option, value of the wrong form (a bad --timeout), options that exclude each other",
  ],
  [
    EXIT.data,
    "bad data: input that is not valid JSON or does not match its schema, invalid output, a task that is missing, unreadable or invalid, validate found problems, test ran no test, an invalid configuration file",
  ],
  [EXIT.time, "time limit"],
  [EXIT.limit, "memory, stack, output, log or fetch limit"],
  [
    EXIT.environment,
    "the environment: port in use, database unusable, damaged or in use by another server, disk full, server not reachable, server denies access (401, 403, 429) or has no user yet, file not writable",
  ],
  [EXIT.internal, "an internal error of Ratchet"],
  [EXIT.interrupted, "interrupted by SIGINT, also in the middle of a guest's loop"],
  [EXIT.stdoutClosed, "the reader of standard output closed it"],
  [EXIT.terminated, "interrupted by SIGTERM, also in the middle of a guest's loop"],
];

const EXIT_CODE_OF: Readonly<Record<ErrorCode, number>> = {
  USAGE: EXIT.usage,
  INVALID_JSON: EXIT.data,
  INPUT_UNREADABLE: EXIT.data,
  INVALID_INPUT: EXIT.data,
  INVALID_OUTPUT: EXIT.data,
  TASK_NOT_FOUND: EXIT.data,
  TASK_UNREADABLE: EXIT.data,
  TASK_INVALID: EXIT.data,
  CONFIG_INVALID: EXIT.data,
  RECORDING_INVALID: EXIT.data,
  NO_TESTS: EXIT.data,
  TASK_FAILED: EXIT.failed,
  NEVER_SETTLED: EXIT.failed,
  NOBODY_TO_ANSWER: EXIT.failed,
  LINES_FAILED: EXIT.failed,
  TIME_LIMIT: EXIT.time,
  MEMORY_LIMIT: EXIT.limit,
  STACK_LIMIT: EXIT.limit,
  OUTPUT_LIMIT: EXIT.limit,
  LOG_LIMIT: EXIT.limit,
  FETCH_LIMIT: EXIT.limit,
  SLEEP_LIMIT: EXIT.limit,
  RUN_LIMIT: EXIT.limit,
  STREAM_UNAVAILABLE: EXIT.failed,
  CANCELLED: EXIT.interrupted,
  WORKER_LOST: EXIT.environment,
  JOURNAL_MISMATCH: EXIT.failed,
  IMAGE_UNREADABLE: EXIT.internal,
  JOURNAL_UNREADABLE: EXIT.internal,
  EXECUTION_ENDED: EXIT.data,
  JOB_NOT_FOUND: EXIT.data,
  EXECUTION_NOT_FOUND: EXIT.data,
  RECORDING_NOT_FOUND: EXIT.data,
  README_NOT_FOUND: EXIT.data,
  WORKFLOW_NOT_FOUND: EXIT.data,
  SCHEDULE_NOT_FOUND: EXIT.data,
  SOURCE_NOT_FOUND: EXIT.usage,
  SECRET_NOT_FOUND: EXIT.data,
  WEBHOOK_NOT_FOUND: EXIT.usage,
  RULE_NOT_FOUND: EXIT.usage,
  DELIVERY_NOT_FOUND: EXIT.usage,
  APPROVAL_NOT_FOUND: EXIT.usage,
  SCHEDULE_INVALID: EXIT.data,
  UNKNOWN_STEP: EXIT.data,
  ILLEGAL_TRANSITION: EXIT.data,
  CONFLICT: EXIT.data,
  INPUT_LIMIT: EXIT.data,
  SIGNAL_LIMIT: EXIT.data,
  TOO_MANY_LISTENERS: EXIT.environment,
  OVERLOADED: EXIT.environment,
  DRAINING: EXIT.environment,
  MEMORY_HIGH: EXIT.environment,
  UNAUTHENTICATED: EXIT.environment,
  FORBIDDEN: EXIT.environment,
  SETUP_REQUIRED: EXIT.environment,
  USER_NOT_FOUND: EXIT.data,
  KEY_NOT_FOUND: EXIT.data,
  ENVIRONMENT: EXIT.environment,
  INTERNAL: EXIT.internal,
};

/** Returns the exit code of a process that ends with this error. */
export function exitCodeOf(code: ErrorCode): number {
  return EXIT_CODE_OF[code];
}

/** Returns true if a text, such as one from a server, is one of Ratchet's error codes. */
export function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(EXIT_CODE_OF, text);
}
