import type { JsonObject } from "../../domain/json.ts";
import { problemTitle } from "../http/statuses.ts";

interface Example {
  summary: string;
  code: string;
  detail: string;
  remedy: string;
  more?: JsonObject;
}

const EXAMPLES: Readonly<Record<number, Example>> = {
  400: {
    summary: "The request has the wrong form; `errors` has JSON pointers to what is wrong.",
    code: "USAGE",
    detail: 'The body\'s /inptu is not a known member; did you mean "input"?',
    remedy: "GET /openapi.json describes what each request takes.",
    more: { errors: [{ pointer: "/inptu", message: 'is not a known member; did you mean "input"?' }] },
  },
  401: {
    summary: "The credentials are missing, wrong, expired or revoked.",
    code: "UNAUTHENTICATED",
    detail: "The request has no credentials.",
    remedy: "Log in, or send an API key as Authorization: Bearer rtk_...; `ratchet key create` creates one.",
  },
  403: {
    summary: "The role of the caller is too low, or the host or the origin is not allowed.",
    code: "FORBIDDEN",
    detail: 'This needs the role operator; "ci" has viewer.',
    remedy: "Use credentials with a higher role.",
    more: { data: { role: "viewer", needed: "operator" } },
  },
  404: {
    summary: "What the request names does not exist.",
    code: "JOB_NOT_FOUND",
    detail: "There is no job 17.",
    remedy: "List the jobs; finished ones are deleted after their retention time.",
    more: { data: { jobId: 17 } },
  },
  408: {
    summary: "The body did not arrive in time.",
    code: "BODY_TOO_SLOW",
    detail: "The body did not arrive within 1m.",
    remedy: "Send the body faster.",
  },
  409: {
    summary: "The current state does not allow this.",
    code: "ILLEGAL_TRANSITION",
    detail: "Job 17 is completed and can't be cancelled.",
    remedy: "Only unfinished jobs can be cancelled.",
    more: { data: { jobId: 17, status: "completed" } },
  },
  413: {
    summary: "The body or the input is too large.",
    code: "BODY_TOO_LARGE",
    detail: "The body has 67108865 bytes; the limit is 64MB.",
    remedy: "Send less at once, or raise server.max_body_size.",
  },
  415: {
    summary: "The body is not JSON, or it is compressed.",
    code: "UNSUPPORTED_MEDIA_TYPE",
    detail: 'The content type is "text/plain"; it must be JSON.',
    remedy: "Send the header Content-Type: application/json.",
  },
  422: {
    summary: "The data is not valid; `errors` has JSON pointers to what is wrong.",
    code: "INVALID_INPUT",
    detail: "The input does not match the schema of addition: /input/num1 must be number.",
    remedy: "Correct the input at these places.",
    more: { errors: [{ pointer: "/input/num1", message: "must be number" }] },
  },
  429: {
    summary: "Too many requests in a short time; Retry-After says when to try again.",
    code: "TOO_MANY_REQUESTS",
    detail: "The caller sent more than 600 requests within 60 s.",
    remedy: "Wait as long as Retry-After says, or raise server.rate_limit.count.",
  },
  503: {
    summary: "Something that the request needs is not available at the moment.",
    code: "ENVIRONMENT",
    detail: "The database can't be written: the disk is full.",
    remedy: "Free some space on the disk.",
  },
};

/** What a status of a problem means, in one sentence. */
export function problemSummary(status: number): string {
  return EXAMPLES[status]?.summary ?? problemTitle(status);
}

/** An example of a problem document with this status; undefined for a status that no route documents. */
export function problemExample(status: number): JsonObject | undefined {
  const example = EXAMPLES[status];
  if (example === undefined) return undefined;
  const { code, detail, remedy, more } = example;
  return { type: `urn:ratchet:error:${code}`, title: problemTitle(status), status, detail, code, remedy, ...more };
}
