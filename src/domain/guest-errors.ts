/**
 * The typed errors a task can throw, in one table: the sandbox makes the guest's classes from it, the queue decides
 * about retries with it. `status` is the HTTP status the error stands for.
 */
export const GUEST_ERROR_TYPES = {
  AuthenticationError: { status: 401, retryable: false },
  AuthorizationError: { status: 403, retryable: false },
  NetworkError: { status: undefined, retryable: true },
  /** Takes its status from the constructor: `new HttpError(status, message)`. */
  HttpError: { status: undefined, retryable: false },
  ValidationError: { status: 422, retryable: false },
  ConfigurationError: { status: undefined, retryable: false },
  RateLimitError: { status: 429, retryable: true },
  ServiceUnavailableError: { status: 503, retryable: true },
  TimeoutError: { status: undefined, retryable: true },
  DataError: { status: undefined, retryable: false },
} as const satisfies Record<string, { status: number | undefined; retryable: boolean }>;

/** Name of a typed error. */
export type GuestErrorType = keyof typeof GUEST_ERROR_TYPES;

/** An error as it came out of the sandbox: plain data, nothing of it is trusted. */
export interface GuestError {
  /** `error.name`: a {@link GuestErrorType}, a built-in such as `TypeError`, or a name of the task's own. */
  name: string;
  message: string;
  /** The guest's own stack, with the task's file names. */
  stack?: string;
  /** HTTP status of a typed error. */
  status?: number;
  /** From a 429 or 503 response's Retry-After, in ms. */
  retryAfterMs?: number;
  cause?: GuestError;
}
