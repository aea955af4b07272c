import type { ValueChecks, Violations } from "../checking/value-checks.ts";
import { RatchetError } from "../domain/errors.ts";
import { NO_USAGE, type ResourceUsage } from "../domain/execution.ts";
import type { HttpOwner, HttpSend } from "../domain/http.ts";
import type { JsonValue } from "../domain/json.ts";
import { DEFAULT_LIMITS, type ExecutionLimits } from "../domain/limits.ts";
import type { Journal } from "../domain/recording.ts";
import type { TaskDefinition } from "../domain/task.ts";
import { RawJson } from "../lib/raw-json.ts";
import type { Executor, SandboxRequest } from "../sandbox/executor.ts";
import { inputToJson } from "./input-json.ts";

/** One run of a task through the one path: validate input, run in the sandbox, validate output. */
export interface ExecuteRequest {
  task: TaskDefinition;
  /** A value, or its JSON text. */
  input: JsonValue | RawJson;
  executor: Executor;
  http: HttpSend;
  /** Over the task's own, which are over the defaults. */
  limits?: Partial<ExecutionLimits>;
  /** @default a new UUID */
  executionId?: string;
  /** @default 1 */
  attempt?: number;
  /** The firing of a schedule that it is for, ms since the epoch. */
  scheduledAt?: number;
  secrets?: Record<string, string>;
  signal?: AbortSignal;
  /** Goes before others that have not begun. @default false */
  urgent?: boolean;
  onCarried?: SandboxRequest["onCarried"];
  onLog?: SandboxRequest["onLog"];
  onProgress?: (value: JsonValue) => void;
  onJournal?: (journal: Journal) => void;
  replay?: Journal;
  /** Checks input and output. @default on this thread, at any size */
  checks?: Pick<ValueChecks, "violations"> | undefined;
  /** Inputs and outputs are held to the task's schemas. @default true */
  validateSchemas?: boolean;
}

/** How it ended. The output is JSON text that was checked. */
export type ExecuteResult =
  | { status: "completed"; outputJson: string; usage: ResourceUsage }
  | { status: "failed"; error: RatchetError; usage: ResourceUsage };

/** Least time for the check of an output, ms. */
const LEAST_CHECK_MS = 500;

/** Violations shown in an error; the rest is counted. */
const MAX_SHOWN = 20;

/** Executes a task. Never rejects for anything the task, its schemas or its input did: the result says it. */
export async function execute(request: ExecuteRequest): Promise<ExecuteResult> {
  let usage: ResourceUsage = NO_USAGE;
  try {
    const { input } = request;
    const task = request.validateSchemas === false ? withoutSchemas(request.task) : request.task;
    const checks = request.checks ?? CHECKS_HERE;
    const inputJson = input instanceof RawJson ? input.text : inputToJson(input);
    const limits = { ...DEFAULT_LIMITS, ...task.metadata.limits, ...request.limits };
    checkJson("INVALID_INPUT", "input", await checks.violations(task, "input", inputJson, limits.timeMs));
    const program = await task.program();
    const outcome = await request.executor.execute(sandboxRequest(request, program, inputJson, limits));
    usage = outcome.usage;
    if (outcome.status === "failed") return outcome;
    const { outputJson } = outcome;
    // The check counts as the execution's own time, but one that was quick enough until then has a moment left.
    const timeMs = Math.max(LEAST_CHECK_MS, limits.timeMs - usage.durationMs);
    checkJson("INVALID_OUTPUT", "output", await checks.violations(task, "output", outputJson, timeMs));
    return { status: "completed", outputJson, usage };
  } catch (error) {
    return { status: "failed", error: asRatchetError(error), usage };
  }
}

/**
 * Says whether a task would take an input.
 * @throws {RatchetError} INVALID_INPUT with the violations, TASK_INVALID when the schema is not valid
 */
export async function checkInput(task: TaskDefinition, input: JsonValue): Promise<void> {
  const violations = (await task.inputValidator())(input);
  checkJson("INVALID_INPUT", "input", { violations, count: violations.length });
}

/** Checks on this thread, whatever it takes: for commands, where nothing else waits. */
const CHECKS_HERE: Pick<ValueChecks, "violations"> = {
  async violations(task, side, json) {
    const value = side === "input" ? (JSON.parse(json) as JsonValue) : parseOutput(json);
    const validate = await (side === "input" ? task.inputValidator() : task.outputValidator());
    const violations = validate(value);
    return { violations, count: violations.length };
  },
};

function withoutSchemas(task: TaskDefinition): TaskDefinition {
  const accept = async () => () => [];
  return { ...task, schema: async () => undefined, inputValidator: accept, outputValidator: accept };
}

function sandboxRequest(
  request: ExecuteRequest,
  program: SandboxRequest["program"],
  inputJson: string,
  limits: ExecutionLimits,
): SandboxRequest {
  const { uuid, version, label, throwHttpErrors, permissions } = request.task.metadata;
  const {
    executionId = crypto.randomUUID(),
    signal,
    urgent,
    onCarried,
    onLog,
    onProgress,
    onJournal,
    replay,
  } = request;
  return {
    program,
    inputJson,
    context: {
      executionId,
      attempt: request.attempt ?? 1,
      ...(request.scheduledAt === undefined ? {} : { scheduledAt: new Date(request.scheduledAt).toISOString() }),
      task: { uuid, version, label },
      secrets: request.secrets ?? {},
    },
    limits,
    throwHttpErrors: throwHttpErrors === true,
    http: onBehalfOf({ executionId, taskUuid: uuid }, request.http, permissions?.hosts),
    ...(signal === undefined ? {} : { signal }),
    ...(urgent === undefined ? {} : { urgent }),
    ...(onCarried === undefined ? {} : { onCarried }),
    ...(onLog === undefined ? {} : { onLog }),
    ...(onProgress === undefined ? {} : { onProgress }),
    ...(onJournal === undefined ? {} : { onJournal }),
    ...(replay === undefined ? {} : { replay }),
  };
}

/** Every request of the task carries whose it is and where it may go; the outbound chain holds it to that. */
function onBehalfOf(owner: HttpOwner, send: HttpSend, allowedHosts: readonly string[] | undefined): HttpSend {
  return (request, signal) => send({ ...request, owner, ...(allowedHosts && { allowedHosts }) }, signal);
}

/** The sandbox gives JSON, but a task may have nested it deeper than the host's parser goes. */
function parseOutput(json: string): JsonValue {
  try {
    return JSON.parse(json) as JsonValue;
  } catch (error) {
    throw new RatchetError("INVALID_OUTPUT", "the output can't be read as JSON", {
      remedy: "return a value that is nested less deeply",
      cause: error,
    });
  }
}

function checkJson(
  code: "INVALID_INPUT" | "INVALID_OUTPUT",
  what: "input" | "output",
  { violations, count }: Violations,
): void {
  if (count === 0) return;
  const shown = violations.slice(0, MAX_SHOWN);
  const lines = shown.map(({ pointer, message }) => `${pointer === "" ? "(the whole value)" : pointer} ${message}`);
  const more = count > shown.length ? ` (and ${count - shown.length} more)` : "";
  throw new RatchetError(code, `the ${what} does not match ${what}.schema.json: ${lines.join("; ")}${more}`, {
    data: { violations: shown.map(({ pointer, message }) => ({ pointer, message })), count },
    remedy:
      code === "INVALID_INPUT" ? "correct the input, or the schema" : "correct what the task returns, or the schema",
  });
}

function asRatchetError(error: unknown): RatchetError {
  if (error instanceof RatchetError) return error;
  return new RatchetError("INTERNAL", error instanceof Error ? error.message : String(error), { cause: error });
}
