declare namespace Ratchet {
  /** Options of the typed errors. */
  interface TypedErrorOptions extends ErrorOptions {
    /** HTTP status that the error stands for. Default: that of its class. */
    status?: number;
    /** Time in ms before which a retry has no chance. A queue waits at least as long. */
    retryAfterMs?: number;
  }

  /** An error whose name, status and cause survive on the way out of the sandbox, and decide about retries. */
  interface TypedError extends Error {
    /** HTTP status that the error stands for. */
    status: number | undefined;
    /** Time in ms before which a retry has no chance, from the response's Retry-After header. */
    retryAfterMs: number | undefined;
  }

  /** The error of a call of `fetch`, which is one of NetworkError, TimeoutError, PermissionError, ServiceUnavailableError and RateLimitError. */
  interface FetchError extends TypedError {
    code: FetchErrorCode;
    /** How often the request was sent. */
    attempts: number;
  }

  /** Why a call of `fetch` got no response, or not all of it. */
  type FetchErrorCode =
    | "CONNECTION_REFUSED"
    | "CONNECTION_RESET"
    | "CONNECT_TIMEOUT"
    | "FIRST_BYTE_TIMEOUT"
    | "TOTAL_TIMEOUT"
    | "BAD_RESPONSE"
    | "RESPONSE_TOO_LARGE"
    | "CIRCUIT_OPEN"
    | "RATE_LIMITED"
    | "PERMISSION_DENIED";

  interface TypedErrorConstructor {
    readonly prototype: TypedError;
    new (message?: string, options?: TypedErrorOptions): TypedError;
  }
}

/** The caller could not be authenticated: status 401. A job is not retried. */
interface AuthenticationError extends Ratchet.TypedError {}
declare var AuthenticationError: Ratchet.TypedErrorConstructor;

/** The caller may not do this: status 403. A job is not retried. */
interface AuthorizationError extends Ratchet.TypedError {}
declare var AuthorizationError: Ratchet.TypedErrorConstructor;

/** A permission of the task or the configuration does not allow a call. The message says which, and what to add. A job is not retried. */
interface PermissionError extends AuthorizationError {
  readonly code: "PERMISSION_DENIED";
}
declare var PermissionError: {
  readonly prototype: PermissionError;
  new (message?: string, options?: Ratchet.TypedErrorOptions): PermissionError;
};

/** A call got no response. It is a TypeError too, as the standard says, and its `cause.code` says why. A job is retried. */
interface NetworkError extends Ratchet.TypedError {}
declare var NetworkError: Ratchet.TypedErrorConstructor;

/** A time limit has passed. It is a TypeError too. A job is retried. */
interface TimeoutError extends Ratchet.TypedError {}
declare var TimeoutError: Ratchet.TypedErrorConstructor;

/** A response with a status that has no error of its own. A job is retried for 408, 425, 429 and 5xx. */
interface HttpError extends Ratchet.TypedError {
  status: number;
}
declare var HttpError: {
  readonly prototype: HttpError;
  new (status: number, message?: string, options?: Ratchet.TypedErrorOptions): HttpError;
};

/** A value is not valid: status 422. A job is not retried. */
interface ValidationError extends Ratchet.TypedError {}
declare var ValidationError: Ratchet.TypedErrorConstructor;

/** The task is not configured correctly, such as by a missing secret. A job is not retried. */
interface ConfigurationError extends Ratchet.TypedError {}
declare var ConfigurationError: Ratchet.TypedErrorConstructor;

/** Too many requests: status 429. A job is retried, not before `retryAfterMs`. */
interface RateLimitError extends Ratchet.TypedError {}
declare var RateLimitError: Ratchet.TypedErrorConstructor;

/** The other side can't respond at the moment: status 503. A job is retried. */
interface ServiceUnavailableError extends Ratchet.TypedError {}
declare var ServiceUnavailableError: Ratchet.TypedErrorConstructor;

/** Data are not what the task needs. A job is not retried. */
interface DataError extends Ratchet.TypedError {}
declare var DataError: Ratchet.TypedErrorConstructor;

/** The run was cancelled while it waited for a durable operation, or it withdrew the operation with a signal. A job is not retried. */
interface CancelledError extends Ratchet.TypedError {
  readonly code: "CANCELLED";
}
declare var CancelledError: {
  readonly prototype: CancelledError;
  new (message?: string, options?: Ratchet.TypedErrorOptions): CancelledError;
};

/** An expression of a workflow file has failed. The message names the step, the line and the column. A job is not retried. */
interface ExpressionError extends Ratchet.TypedError {
  readonly code: "EXPRESSION_FAILED";
}
declare var ExpressionError: {
  readonly prototype: ExpressionError;
  new (message?: string, options?: Ratchet.TypedErrorOptions): ExpressionError;
};

/** An error of the engine itself. */
interface InternalError extends Error {}
declare var InternalError: {
  readonly prototype: InternalError;
  new (message?: string, options?: ErrorOptions): InternalError;
  (message?: string, options?: ErrorOptions): InternalError;
};

/** An error of the web platform, such as AbortError or DataCloneError. Its `name` says which. */
interface DOMException extends Error {
  readonly name: string;
  readonly message: string;
  /** A number that older errors have; 0 for the others. Use `name`. */
  readonly code: number;
  readonly INDEX_SIZE_ERR: 1;
  readonly DOMSTRING_SIZE_ERR: 2;
  readonly HIERARCHY_REQUEST_ERR: 3;
  readonly WRONG_DOCUMENT_ERR: 4;
  readonly INVALID_CHARACTER_ERR: 5;
  readonly NO_DATA_ALLOWED_ERR: 6;
  readonly NO_MODIFICATION_ALLOWED_ERR: 7;
  readonly NOT_FOUND_ERR: 8;
  readonly NOT_SUPPORTED_ERR: 9;
  readonly INUSE_ATTRIBUTE_ERR: 10;
  readonly INVALID_STATE_ERR: 11;
  readonly SYNTAX_ERR: 12;
  readonly INVALID_MODIFICATION_ERR: 13;
  readonly NAMESPACE_ERR: 14;
  readonly INVALID_ACCESS_ERR: 15;
  readonly VALIDATION_ERR: 16;
  readonly TYPE_MISMATCH_ERR: 17;
  readonly SECURITY_ERR: 18;
  readonly NETWORK_ERR: 19;
  readonly ABORT_ERR: 20;
  readonly URL_MISMATCH_ERR: 21;
  readonly QUOTA_EXCEEDED_ERR: 22;
  readonly TIMEOUT_ERR: 23;
  readonly INVALID_NODE_TYPE_ERR: 24;
  readonly DATA_CLONE_ERR: 25;
}
declare var DOMException: {
  prototype: DOMException;
  new (message?: string, name?: string): DOMException;
  readonly INDEX_SIZE_ERR: 1;
  readonly DOMSTRING_SIZE_ERR: 2;
  readonly HIERARCHY_REQUEST_ERR: 3;
  readonly WRONG_DOCUMENT_ERR: 4;
  readonly INVALID_CHARACTER_ERR: 5;
  readonly NO_DATA_ALLOWED_ERR: 6;
  readonly NO_MODIFICATION_ALLOWED_ERR: 7;
  readonly NOT_FOUND_ERR: 8;
  readonly NOT_SUPPORTED_ERR: 9;
  readonly INUSE_ATTRIBUTE_ERR: 10;
  readonly INVALID_STATE_ERR: 11;
  readonly SYNTAX_ERR: 12;
  readonly INVALID_MODIFICATION_ERR: 13;
  readonly NAMESPACE_ERR: 14;
  readonly INVALID_ACCESS_ERR: 15;
  readonly VALIDATION_ERR: 16;
  readonly TYPE_MISMATCH_ERR: 17;
  readonly SECURITY_ERR: 18;
  readonly NETWORK_ERR: 19;
  readonly ABORT_ERR: 20;
  readonly URL_MISMATCH_ERR: 21;
  readonly QUOTA_EXCEEDED_ERR: 22;
  readonly TIMEOUT_ERR: 23;
  readonly INVALID_NODE_TYPE_ERR: 24;
  readonly DATA_CLONE_ERR: 25;
};

interface ErrorConstructor {
  /** Sets `target.stack` to the current call stack, without the frames above and including `constructorOpt`. */
  captureStackTrace(target: object, constructorOpt?: Function): void;
  /** How many frames a stack has at most. */
  stackTraceLimit: number;
  /** If a task sets it, it makes the value of `error.stack`. */
  prepareStackTrace?: ((error: Error, frames: any[]) => any) | undefined;
}
