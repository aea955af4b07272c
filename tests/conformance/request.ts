import { DEFAULT_ENGINE } from "../../src/domain/engines.ts";
import type { RatchetError } from "../../src/domain/errors.ts";
import type { AsleepOutcome, ExecutionOutcome, LogEntry } from "../../src/domain/execution.ts";
import { HttpFailure, type HttpRequest, type HttpResponse, type HttpSend } from "../../src/domain/http.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { DEFAULT_LIMITS, type ExecutionLimits } from "../../src/domain/limits.ts";
import { readText, type ShareableText } from "../../src/domain/shared-text.ts";
import { wholeRequest } from "../../src/http/whole-request.ts";
import type { Executor, SandboxRequest } from "../../src/sandbox/executor.ts";

/** What a test says of one execution; everything else has a default. */
export interface Given extends Partial<Omit<SandboxRequest, "program" | "limits" | "inputJson">> {
  input?: JsonValue;
  inputJson?: ShareableText;
  limits?: Partial<ExecutionLimits>;
}

/** The request for running `code` once. Without `http`, every call answers as {@link echo} does. */
export function requestFor(code: string, given: Given = {}): SandboxRequest {
  const { input = {}, inputJson, limits, ...rest } = given;
  return {
    engine: DEFAULT_ENGINE,
    program: { id: new Bun.CryptoHasher("sha256").update(code).digest("hex"), code, fileName: "main.js" },
    inputJson: inputJson ?? JSON.stringify(input),
    context: {
      executionId: "execution-1",
      attempt: 1,
      task: { uuid: "5f1c8a3e-0d5b-4d0e-9a44-0c3a2e9a1b11", version: "1.2.3", label: "conformance" },
      secrets: {},
    },
    limits: { ...DEFAULT_LIMITS, timeMs: 10_000, ...limits },
    http: echo,
    ...rest,
  };
}

/** An outcome that is not that of a sleeping run. */
export type EndedOutcome = Exclude<ExecutionOutcome, AsleepOutcome>;

/** Returns the outcome of an execution that must not have gone to sleep. */
export function ended(outcome: ExecutionOutcome): EndedOutcome {
  if (outcome.status === "asleep") throw new Error("it went to sleep");
  return outcome;
}

/** Runs `code` once. */
export async function run(executor: Executor, code: string, given: Given = {}): Promise<EndedOutcome> {
  return ended(await executor.execute(requestFor(code, given)));
}

/** The output of a run that must complete. */
export async function outputOf(executor: Executor, code: string, given: Given = {}): Promise<JsonValue> {
  const outcome = await run(executor, code, given);
  if (outcome.status === "failed") throw new Error(`failed with ${outcome.error.code}: ${outcome.error.message}`);
  return JSON.parse(readText(outcome.outputJson)) as JsonValue;
}

/** The error of a run that must fail. */
export async function failureOf(executor: Executor, code: string, given: Given = {}): Promise<RatchetError> {
  const outcome = await run(executor, code, given);
  if (outcome.status === "completed") throw new Error(`completed with ${readText(outcome.outputJson).slice(0, 200)}`);
  return outcome.error;
}

/** A run with everything it logged. */
export async function loggedBy(executor: Executor, code: string, given: Given = {}): Promise<[string, string][]> {
  const entries: LogEntry[] = [];
  await outputOf(executor, code, { ...given, onLog: (entry) => entries.push(entry) });
  return entries.map(({ level, message }) => [level, message]);
}

/** A response with a JSON body. */
export function jsonResponse(value: JsonValue, more: Partial<HttpResponse> = {}): HttpResponse {
  return {
    status: 200,
    statusText: "OK",
    url: "http://service.test/",
    redirected: false,
    headers: [["content-type", "application/json"]],
    body: new TextEncoder().encode(JSON.stringify(value)),
    ...more,
  };
}

/** Answers with what was asked: method, address, headers, body, and how redirects and time are to be handled. */
export const echo: HttpSend = async (request) =>
  jsonResponse(describeRequest(await wholeRequest(request)), { url: request.url });

/** Answers every call alike. */
export const answers =
  (status: number, headers: [string, string][] = [], body = ""): HttpSend =>
  async (request) => ({
    status,
    statusText: status === 429 ? "Too Many Requests" : "",
    url: request.url,
    redirected: false,
    headers,
    body: new TextEncoder().encode(body),
  });

/** A request as JSON; the body as text. */
export function describeRequest(request: HttpRequest): JsonValue {
  const { method, url, headers, body, redirect, timeoutMs } = request;
  return {
    method,
    url,
    headers: Object.fromEntries(headers),
    body: body === null ? null : new TextDecoder().decode(body),
    redirect: redirect ?? null,
    timeoutMs: timeoutMs ?? null,
  };
}

/** Never answers, until the caller gives up. */
export const silent: HttpSend = (_request, signal) =>
  new Promise((_resolve, reject) => {
    signal.addEventListener("abort", () => reject(new HttpFailure("aborted", "the request was aborted")));
  });
