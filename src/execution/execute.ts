import { RatchetError } from "../domain/errors.ts";
import { type ExecutionOutcome, type LogEntry, NO_USAGE, type ResourceUsage } from "../domain/execution.ts";
import type { HttpSend } from "../domain/http.ts";
import type { JsonValue } from "../domain/json.ts";
import { DEFAULT_LIMITS, type ExecutionLimits } from "../domain/limits.ts";
import type { Journal } from "../domain/recording.ts";
import type { SchemaViolation, TaskDefinition } from "../domain/task.ts";
import type { Executor, SandboxRequest } from "../sandbox/executor.ts";
import { withOriginalPlaces } from "../task/program/original-stack.ts";
import { inputToJson } from "./input-json.ts";

/** One run of a task through the one path: validate input, run in the sandbox, validate output. */
export interface ExecuteRequest {
  task: TaskDefinition;
  input: JsonValue;
  executor: Executor;
  http: HttpSend;
  /** Over the task's own, which are over the defaults. */
  limits?: Partial<ExecutionLimits>;
  /** @default a new UUID */
  executionId?: string;
  /** @default 1 */
  attempt?: number;
  secrets?: Record<string, string>;
  signal?: AbortSignal;
  /** Goes before others that have not begun. @default false */
  urgent?: boolean;
  onLog?: (entry: LogEntry) => void;
  onProgress?: (value: JsonValue) => void;
  onJournal?: (journal: Journal) => void;
  replay?: Journal;
}

/** How it ended; the output both as text and parsed (it was validated). */
export type ExecuteResult =
  | { status: "completed"; output: JsonValue; outputJson: string; usage: ResourceUsage }
  | { status: "failed"; error: RatchetError; usage: ResourceUsage };

/** Violations shown in an error; the rest is counted. */
const MAX_SHOWN = 20;

/** Executes a task. Never rejects for anything the task, its schemas or its input did: the result says it. */
export async function execute(request: ExecuteRequest): Promise<ExecuteResult> {
  let usage: ResourceUsage = NO_USAGE;
  try {
    const { task } = request;
    await checkInput(task, request.input);
    const program = await task.program();
    const outcome = await request.executor.execute(sandboxRequest(request, program));
    usage = outcome.usage;
    if (outcome.status === "failed") {
      return { ...outcome, error: await withOriginalPlaces(program, outcome.error) };
    }
    const output = parseOutput(outcome);
    checkValue("INVALID_OUTPUT", "output", output, await task.outputValidator());
    return { status: "completed", output, outputJson: outcome.outputJson, usage };
  } catch (error) {
    return { status: "failed", error: asRatchetError(error), usage };
  }
}

/**
 * Says whether a task would take an input.
 * @throws {RatchetError} INVALID_INPUT with the violations, TASK_INVALID when the schema is none
 */
export async function checkInput(task: TaskDefinition, input: JsonValue): Promise<void> {
  checkValue("INVALID_INPUT", "input", input, await task.inputValidator());
}

function sandboxRequest(request: ExecuteRequest, program: SandboxRequest["program"]): SandboxRequest {
  const { uuid, version, label, limits, throwHttpErrors, permissions } = request.task.metadata;
  const { signal, urgent, onLog, onProgress, onJournal, replay } = request;
  return {
    program,
    inputJson: inputToJson(request.input),
    context: {
      executionId: request.executionId ?? crypto.randomUUID(),
      attempt: request.attempt ?? 1,
      task: { uuid, version, label },
      secrets: request.secrets ?? {},
    },
    limits: { ...DEFAULT_LIMITS, ...limits, ...request.limits },
    throwHttpErrors: throwHttpErrors === true,
    http: withinHosts(request.http, permissions?.hosts),
    ...(signal === undefined ? {} : { signal }),
    ...(urgent === undefined ? {} : { urgent }),
    ...(onLog === undefined ? {} : { onLog }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(onJournal === undefined ? {} : { onJournal }),
    ...(replay === undefined ? {} : { replay }),
  };
}

/** Every request of the task carries where it may go; the outbound chain holds it to that. */
function withinHosts(send: HttpSend, allowedHosts: readonly string[] | undefined): HttpSend {
  return allowedHosts === undefined ? send : (request, signal) => send({ ...request, allowedHosts }, signal);
}

/** The sandbox gives JSON, but a task may have nested it deeper than the host's parser goes. */
function parseOutput(outcome: ExecutionOutcome & { status: "completed" }): JsonValue {
  try {
    return JSON.parse(outcome.outputJson) as JsonValue;
  } catch (error) {
    throw new RatchetError("INVALID_OUTPUT", "the output can't be read as JSON", {
      remedy: "return a value that is nested less deeply",
      cause: error,
    });
  }
}

function checkValue(
  code: "INVALID_INPUT" | "INVALID_OUTPUT",
  what: "input" | "output",
  value: JsonValue,
  validate: (value: JsonValue) => readonly SchemaViolation[],
): void {
  const violations = validate(value);
  if (violations.length === 0) return;
  const shown = violations.slice(0, MAX_SHOWN);
  const lines = shown.map(({ pointer, message }) => `${pointer === "" ? "(the whole value)" : pointer} ${message}`);
  const more = violations.length > shown.length ? ` (and ${violations.length - shown.length} more)` : "";
  throw new RatchetError(code, `the ${what} does not match ${what}.schema.json: ${lines.join("; ")}${more}`, {
    data: { violations: shown.map(({ pointer, message }) => ({ pointer, message })), count: violations.length },
    remedy:
      code === "INVALID_INPUT" ? "correct the input, or the schema" : "correct what the task returns, or the schema",
  });
}

function asRatchetError(error: unknown): RatchetError {
  if (error instanceof RatchetError) return error;
  return new RatchetError("INTERNAL", error instanceof Error ? error.message : String(error), { cause: error });
}
