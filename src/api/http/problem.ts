import { type ErrorCode, RatchetError } from "../../domain/errors.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import { Refusal } from "./refusal.ts";

/** The status of every error: the one place where codes become statuses. */
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
  LINES_FAILED: 422,
  TIME_LIMIT: 422,
  MEMORY_LIMIT: 422,
  STACK_LIMIT: 422,
  OUTPUT_LIMIT: 422,
  LOG_LIMIT: 422,
  FETCH_LIMIT: 422,
  CANCELLED: 409,
  WORKER_LOST: 503,
  JOB_NOT_FOUND: 404,
  EXECUTION_NOT_FOUND: 404,
  SCHEDULE_NOT_FOUND: 404,
  SOURCE_NOT_FOUND: 404,
  SCHEDULE_INVALID: 422,
  ILLEGAL_TRANSITION: 409,
  CONFLICT: 409,
  INPUT_LIMIT: 413,
  TOO_MANY_LISTENERS: 503,
  ENVIRONMENT: 503,
  INTERNAL: 500,
};

/** Titles by status: a short phrase that is the same for every such answer (RFC 9457, section 3.1.3). */
const TITLES: Readonly<Record<number, string>> = {
  400: "The request is not understood",
  403: "The request is refused",
  404: "Not found",
  405: "The method is not allowed here",
  406: "No answer of a type that is accepted",
  408: "The request took too long",
  409: "The present state does not allow it",
  413: "Too large",
  414: "The URL is too long",
  415: "The content type is not accepted",
  417: "The expectation can't be met",
  422: "The data is not valid",
  431: "The headers are too large",
  500: "A fault of the server",
  501: "Not implemented",
  503: "Not available now",
  505: "The HTTP version is not supported",
};

/** The public parts of an error, as every interface of the server shows them. */
export interface PublicError {
  status: number;
  code: string;
  message: string;
  remedy?: string;
  data?: JsonObject;
  /** Where in what was sent something is wrong; pointers are JSON pointers (RFC 6901). */
  errors?: { pointer: string; message: string }[];
  headers?: Readonly<Record<string, string>>;
}

/**
 * What may be shown of anything that was thrown. What is neither ours nor a refusal says nothing of its inside:
 * callers log it.
 */
export function publicError(error: unknown): PublicError {
  if (error instanceof Refusal) {
    const { status, code, message, remedy, headers } = error;
    return { status, code, message, headers, ...(remedy === undefined ? {} : { remedy }) };
  }
  if (!(error instanceof RatchetError)) {
    return { status: 500, code: "INTERNAL", message: "Ratchet failed while it answered. The server's log says more." };
  }
  const { code, message, remedy } = error;
  const { violations, ...data } = error.data;
  const errors = [...readViolations(violations), ...problemsOf(error)];
  if (errors.length === 0 && code === "SCHEDULE_INVALID" && typeof data.field === "string") {
    errors.push({ pointer: `/${data.field}`, message: typeof data.reason === "string" ? data.reason : message });
  }
  return {
    status: STATUS_OF[code],
    code,
    message: code === "INTERNAL" ? "Ratchet failed while it answered. The server's log says more." : message,
    ...(remedy === undefined ? {} : { remedy }),
    ...(Object.keys(data).length === 0 ? {} : { data }),
    ...(errors.length === 0 ? {} : { errors }),
    ...(code === "TOO_MANY_LISTENERS" && { headers: { "retry-after": "5" } }),
  };
}

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

/** The answer that tells of an error: problem+json (RFC 9457). */
export function problemResponse(error: unknown): Response {
  const { status, code, message, headers, ...rest } = publicError(error);
  const body = {
    type: `urn:ratchet:error:${code}`,
    title: TITLES[status] ?? "Error",
    status,
    detail: message,
    code,
    ...rest,
  };
  return new Response(JSON.stringify(body), {
    status,
    headers: { "content-type": "application/problem+json", "cache-control": "no-store", ...headers },
  });
}
