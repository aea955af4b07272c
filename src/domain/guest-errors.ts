import type { JsonObject } from "./json.ts";

/** What Ratchet knows of a typed error. */
interface GuestErrorDefinition {
  /** HTTP status that the error represents. */
  status: number | undefined;
  /** Is a job that failed with it retried? */
  retryable: boolean;
  /** The class that it extends: a built-in one, or one further up in the table. @default "Error" */
  base?: string;
  /** Its `code`. @default undefined */
  code?: string;
}

/** The typed errors that a task can throw. The sandbox creates the guest's classes from this table, and the queue uses it for retries. */
export const GUEST_ERROR_TYPES = {
  AuthenticationError: { status: 401, retryable: false },
  AuthorizationError: { status: 403, retryable: false },
  /** A permission or the configuration does not allow what the task tried. */
  PermissionError: { status: 403, retryable: false, base: "AuthorizationError", code: "PERMISSION_DENIED" },
  /** Network failures are also TypeErrors (Fetch standard, "network error"). */
  NetworkError: { status: undefined, retryable: true, base: "TypeError" },
  /** Takes its status from the constructor: `new HttpError(status, message)`. */
  HttpError: { status: undefined, retryable: false },
  ValidationError: { status: 422, retryable: false },
  ConfigurationError: { status: undefined, retryable: false },
  RateLimitError: { status: 429, retryable: true },
  ServiceUnavailableError: { status: 503, retryable: true },
  TimeoutError: { status: undefined, retryable: true, base: "TypeError" },
  DataError: { status: undefined, retryable: false },
  /** The run was cancelled, or it withdrew the operation itself. */
  CancelledError: { status: undefined, retryable: false, code: "CANCELLED" },
  /** An expression of a workflow file has failed. */
  ExpressionError: { status: undefined, retryable: false, code: "EXPRESSION_FAILED" },
} as const satisfies Record<string, GuestErrorDefinition>;

/** Name of a typed error. */
export type GuestErrorType = keyof typeof GUEST_ERROR_TYPES;

/** An error from the sandbox as plain data. None of it is trusted. */
export interface GuestError {
  /** `error.name`: a {@link GuestErrorType}, a built-in such as `TypeError`, or the task's own name. */
  name: string;
  message: string;
  /**
   * Names of its class and base classes, starting with its own: `["QuotaError", "Error"]`. They identify an error whose
   * class does not set `name`.
   */
  classes?: readonly string[];
  /** `Name: message` and the frames in the task's own files. */
  stack?: string;
  /** `error.code` if it is a string, such as `ECONNREFUSED`. */
  code?: string;
  /** HTTP status of a typed error. */
  status?: number;
  /** How often the request was sent, if the error is that of a call of `fetch`. */
  attempts?: number;
  /** From the Retry-After header of a 429 or 503 response, in ms. */
  retryAfterMs?: number;
  /** `error.data` of the thrown error, if it is an object that JSON can express: callers get it. */
  data?: JsonObject;
  /** The call that rejected with it, if it came out of `context.call` or `context.map`. */
  call?: GuestCall;
  /** The step of a workflow file that failed with it. */
  step?: string;
  cause?: GuestError;
  /** The errors that an AggregateError collects. */
  errors?: readonly GuestError[];
}

/** A child that has failed, as `error.call` says it. */
export interface GuestCall {
  task: string;
  version?: string;
  jobId?: string;
  executionId?: string;
}

/** How much of an error is kept: depth of causes, number of errors, and number of class names. */
export const GUEST_ERROR_LIMITS = { maxDepth: 8, maxErrors: 32, maxClasses: 16 } as const;

/** How much text of an error is kept, characters. */
export const GUEST_TEXT_LIMITS = {
  /** Of a name, a code, and the name of a class. */
  maxName: 256,
  /** Of a message or a stack of the thrown error. */
  maxText: 64 * 1024,
  /** Of a message or a stack of each error behind it. */
  maxInnerText: 8 * 1024,
  /** Of the JSON of `data`. Longer data is left out. */
  maxData: 16 * 1024,
} as const;

/** How much text of a thrown error and those behind it is kept in total, characters. Its receivers copy, store and send it several times. */
export const GUEST_ERROR_TEXT = 192 * 1024;
