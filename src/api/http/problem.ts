import { type ErrorCode, RatchetError } from "../../domain/errors.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { defined } from "../../lib/defined.ts";
import { HttpError } from "./http-error.ts";
import { problemTitle } from "./statuses.ts";

/** The status of each error code. */
const STATUS_OF: Readonly<Record<ErrorCode, number>> = {
  USAGE: 400,
  INVALID_JSON: 400,
  INPUT_UNREADABLE: 400,
  INVALID_INPUT: 422,
  INVALID_OUTPUT: 422,
  TASK_NOT_FOUND: 404,
  TASK_UNREADABLE: 503,
  TASK_INVALID: 422,
  CONFIG_INVALID: 422,
  RECORDING_INVALID: 422,
  NO_TESTS: 422,
  TASK_FAILED: 422,
  NEVER_SETTLED: 422,
  NOBODY_TO_ANSWER: 422,
  LINES_FAILED: 422,
  TIME_LIMIT: 422,
  MEMORY_LIMIT: 422,
  STACK_LIMIT: 422,
  OUTPUT_LIMIT: 422,
  LOG_LIMIT: 422,
  FETCH_LIMIT: 422,
  SLEEP_LIMIT: 422,
  RUN_LIMIT: 422,
  STREAM_UNAVAILABLE: 422,
  CANCELLED: 409,
  WORKER_LOST: 503,
  JOURNAL_MISMATCH: 409,
  IMAGE_UNREADABLE: 500,
  JOURNAL_UNREADABLE: 500,
  EXECUTION_ENDED: 409,
  JOB_NOT_FOUND: 404,
  EXECUTION_NOT_FOUND: 404,
  RECORDING_NOT_FOUND: 404,
  README_NOT_FOUND: 404,
  WORKFLOW_NOT_FOUND: 404,
  SCHEDULE_NOT_FOUND: 404,
  SOURCE_NOT_FOUND: 404,
  SECRET_NOT_FOUND: 404,
  WEBHOOK_NOT_FOUND: 404,
  RULE_NOT_FOUND: 404,
  DELIVERY_NOT_FOUND: 404,
  APPROVAL_NOT_FOUND: 404,
  SCHEDULE_INVALID: 422,
  UNKNOWN_STEP: 422,
  ILLEGAL_TRANSITION: 409,
  CONFLICT: 409,
  INPUT_LIMIT: 413,
  SIGNAL_LIMIT: 413,
  TOO_MANY_LISTENERS: 503,
  OVERLOADED: 503,
  DRAINING: 503,
  MEMORY_HIGH: 503,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  SETUP_REQUIRED: 503,
  USER_NOT_FOUND: 404,
  KEY_NOT_FOUND: 404,
  ENVIRONMENT: 503,
  INTERNAL: 500,
};

/** Headers that responses with an error need (RFC 9110, sections 10.2.3 and 11.6.1). */
const HEADERS_OF: Partial<Record<ErrorCode, Readonly<Record<string, string>>>> = {
  TOO_MANY_LISTENERS: { "retry-after": "5" },
  OVERLOADED: { "retry-after": "1" },
  DRAINING: { "retry-after": "5" },
  MEMORY_HIGH: { "retry-after": "5" },
  UNAUTHENTICATED: { "www-authenticate": 'Bearer realm="ratchet"' },
};

/** For a credential that was sent and is not accepted (RFC 6750, section 3.1). */
const INVALID_TOKEN = { "www-authenticate": 'Bearer realm="ratchet", error="invalid_token"' } as const;

/** The public parts of an error, as every door shows them. */
export interface PublicError {
  status: number;
  code: string;
  message: string;
  remedy?: string;
  data?: JsonObject;
  /** The places in the request that are wrong; pointers are JSON pointers (RFC 6901). */
  errors?: { pointer: string; message: string }[];
  headers?: Readonly<Record<string, string>>;
}

/**
 * Returns what may be shown of anything that was thrown. An error that is neither a {@link RatchetError} nor an
 * {@link HttpError} shows nothing of its contents: callers log it.
 */
export function publicError(error: unknown): PublicError {
  if (error instanceof HttpError) {
    const { status, code, message, remedy, headers } = error;
    return { status, code, message, headers, ...defined({ remedy }) };
  }
  if (!(error instanceof RatchetError)) return { status: 500, code: "INTERNAL", message: INTERNAL_MESSAGE };
  const { code, message, remedy } = error;
  const { violations, ...data } = error.data;
  const errors = [...readViolations(violations), ...problemsOf(error)];
  if (errors.length === 0 && code === "SCHEDULE_INVALID" && typeof data.field === "string") {
    errors.push({ pointer: `/${data.field}`, message: typeof data.reason === "string" ? data.reason : message });
  }
  return {
    status: STATUS_OF[code],
    code,
    message: code === "INTERNAL" ? INTERNAL_MESSAGE : message,
    ...defined({
      remedy,
      data: Object.keys(data).length === 0 ? undefined : data,
      errors: errors.length === 0 ? undefined : errors,
      headers: code === "UNAUTHENTICATED" && data.reason !== undefined ? INVALID_TOKEN : HEADERS_OF[code],
    }),
  };
}

/** Codes of a server that works as it should: it has too much to do, is stopping, or nobody has set it up. */
const EXPECTED: ReadonlySet<string> = new Set([
  "TOO_MANY_LISTENERS",
  "OVERLOADED",
  "DRAINING",
  "MEMORY_HIGH",
  "SETUP_REQUIRED",
]);

/** Returns true if an error is the server's own fault, so that its log needs it. HTTP errors never are. */
export function isServerFault(error: unknown): boolean {
  if (error instanceof HttpError) return false;
  const { status, code } = publicError(error);
  return status >= 500 && !EXPECTED.has(code);
}

const INTERNAL_MESSAGE = "Ratchet failed to handle the request. The server's log says more.";

function readViolations(value: JsonValue | undefined): { pointer: string; message: string }[] {
  if (!Array.isArray(value)) return [];
  return value.flatMap((item) => {
    if (item === null || typeof item !== "object" || Array.isArray(item)) return [];
    return [{ pointer: String(item.pointer ?? ""), message: String(item.message ?? "") }];
  });
}

function problemsOf(error: RatchetError): { pointer: string; message: string }[] {
  return error.problems.map(({ file, line, pointer, message }) => ({
    pointer: pointer ?? "",
    message: `${file}${line === undefined ? "" : `:${line}`}: ${message}`,
  }));
}

/** Creates the response for an error. */
export function problemResponse(error: unknown): Response {
  const { body, status, headers } = problemDocument(error);
  return new Response(body, { status, headers });
}

/** The parts of the response for an error. */
export interface ProblemDocument {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Creates the problem document for an error (RFC 9457). */
export function problemDocument(error: unknown): ProblemDocument {
  const { status, code, message, headers, ...rest } = publicError(error);
  const document = {
    type: `urn:ratchet:error:${code}`,
    title: problemTitle(status),
    status,
    detail: message,
    code,
    ...rest,
  };
  return {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
    body: JSON.stringify(document),
  };
}
