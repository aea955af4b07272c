import type { ValueChecks, Violations } from "../checking/value-checks.ts";
import { DEFAULT_ENGINE } from "../domain/engines.ts";
import { RatchetError } from "../domain/errors.ts";
import { type AsleepOutcome, NO_USAGE, type ResourceUsage } from "../domain/execution.ts";
import type { HttpOwner, HttpSend, SecretSubstitution } from "../domain/http.ts";
import type { JsonValue } from "../domain/json.ts";
import type { Touched } from "../domain/ledger.ts";
import { DEFAULT_LIMITS, type ExecutionLimits } from "../domain/limits.ts";
import type { TaskRules } from "../domain/network-rule.ts";
import { RawJson } from "../domain/raw-json.ts";
import type { ShareableText } from "../domain/shared-text.ts";
import type { TaskDefinition } from "../domain/task.ts";
import { toRatchetError } from "../domain/unknown-error.ts";
import { pointerText } from "../lib/json-pointer.ts";
import type { Executor, GuestContext, SandboxRequest } from "../sandbox/executor.ts";
import type { ExecutionTrace } from "../telemetry/tracing/execution-trace.ts";
import { CHECKS_HERE } from "./checks-here.ts";
import { checkedItems } from "./durable/checked-items.ts";
import { inputRows, withRows } from "./durable/input-rows.ts";
import { inputToJson } from "./input-json.ts";
import { LedgerCollector } from "./ledger/collector.ts";
import { taskRules } from "./task-rules.ts";

/** One execution of a task: validate the input, run in the sandbox, validate the output. */
export interface ExecuteRequest {
  task: TaskDefinition;
  /** A value, or its JSON text. */
  input: JsonValue | RawJson;
  executor: Executor;
  /** The name of the engine, in place of the task's own. */
  engine?: string;
  /** The IANA name of the time zone of the task's dates, in place of the task's own. */
  timeZone?: string;
  http: HttpSend;
  /** They override the task's own limits, which override the defaults. */
  limits?: Partial<ExecutionLimits>;
  /** @default a new UUID */
  executionId?: string;
  /** @default 1 */
  attempt?: number;
  /** The firing time of the schedule that it is for, in ms since the epoch. */
  scheduledAt?: number | undefined;
  /** What the task gets as `context.secrets`. */
  secrets?: Record<string, string> | undefined;
  /** Puts the values into requests, if members of `secrets` are stand-ins. */
  substitution?: SecretSubstitution | undefined;
  signal?: AbortSignal | undefined;
  /** Starts before others that have not started. @default false */
  urgent?: boolean | undefined;
  onCarried?: SandboxRequest["onCarried"];
  onLog?: SandboxRequest["onLog"];
  onLogPiece?: SandboxRequest["onLogPiece"];
  onProgress?: SandboxRequest["onProgress"];
  onJournal?: SandboxRequest["onJournal"];
  maxJournalBytes?: SandboxRequest["maxJournalBytes"];
  replay?: SandboxRequest["replay"];
  fixed?: SandboxRequest["fixed"];
  /** Carries out what the task asks for durably. @default durable methods are refused */
  durable?: SandboxRequest["durable"];
  /** Checks input and output. @default on this thread, at any size */
  checks?: Pick<ValueChecks, "violations"> | undefined;
  /** Records its steps and fetches, and puts the fetches into its trace. @default none */
  trace?: ExecutionTrace | undefined;
  /** Check inputs and outputs against the task's schemas. @default true */
  validateSchemas?: boolean;
}

/** How it ended. The output is checked JSON text. `touched` is undefined if the execution has touched nothing. */
export type ExecuteResult =
  | { status: "completed"; outputJson: ShareableText; usage: ResourceUsage; touched?: Touched | undefined }
  | { status: "failed"; error: RatchetError; usage: ResourceUsage; touched?: Touched | undefined };

/** It went to sleep, which only a durable run with `sleepAfterMs` does. */
export interface SleepingResult extends AsleepOutcome {
  touched?: Touched | undefined;
}

/** How it ended, or that it sleeps. */
export type RunResult = ExecuteResult | SleepingResult;

/** Minimum time for checking an output, in ms. */
const LEAST_CHECK_MS = 500;

/** Maximum number of violations in an error. The rest is only counted. */
const MAX_SHOWN = 20;

/**
 * Executes a task. It never rejects: errors of the task, its schemas or its input become a failed result.
 * @example
 * ```ts
 * import { createHttpClient } from "../http/http-client.ts";
 * import { readText } from "../domain/shared-text.ts";
 * import { createInlineExecutor } from "../sandbox/inline.ts";
 * import { loadTask } from "../task/load.ts";
 *
 * const executor = createInlineExecutor();
 * const task = await loadTask("tasks/addition");
 * const http = createHttpClient().send;
 * const added = await execute({ task, input: { num1: 5, num2: 10 }, executor, http });
 * added.status === "completed" && JSON.parse(readText(added.outputJson)); // => { sum: 15 }
 * const refused = await execute({ task, input: { num1: "five" }, executor, http });
 * refused.status === "failed" && refused.error.code; // => "INVALID_INPUT"
 * await executor.stop();
 * ```
 */
export async function execute(request: ExecuteRequest): Promise<ExecuteResult> {
  const result = await executeRun(request);
  if (result.status !== "asleep") return result;
  const error = new RatchetError("INTERNAL", "the execution went to sleep, and nothing would wake it");
  return { status: "failed", error, usage: result.usage, touched: result.touched };
}

/** The same for a durable run that may go to sleep. */
export async function executeRun(request: ExecuteRequest): Promise<RunResult> {
  let usage: ResourceUsage = NO_USAGE;
  let touched: Touched | undefined;
  try {
    const { input } = request;
    const task = request.validateSchemas === false ? withoutSchemas(request.task) : request.task;
    const checks = request.checks ?? CHECKS_HERE;
    const inputJson = input instanceof RawJson ? input.text : inputToJson(input);
    const limits = { ...DEFAULT_LIMITS, ...task.metadata.limits, ...request.limits };
    const { trace } = request;
    trace?.begin("input");
    const rows = inputRows(task, inputJson);
    for (const json of isCheckedElsewhere(request) ? [] : (rows ?? [inputJson])) {
      const invalid = await checks.violations(task, "input", json, limits.timeMs);
      if (invalid.count > 0) throw await mismatch(task, "input", invalid);
    }
    trace?.begin("run");
    const program = await task.program();
    const ledger = new LedgerCollector();
    const { durable, isStreamed, settled } = checkedItems(withRows(request.durable, rows), {
      hasSchema: async () => (await task.schema("output")) !== undefined,
      schemaName: () => schemaName(task, "output"),
      violations: (json) => checks.violations(task, "output", json, limits.timeMs),
    });
    const outcome = await request.executor.execute(
      sandboxRequest(request, { program, inputJson, limits, ledger, durable }),
    );
    usage = outcome.usage;
    touched = ledger.end(secretValues(request));
    const wrongItem = await settled();
    if (wrongItem !== undefined) throw wrongItem;
    if (outcome.status === "failed") return { status: "failed", error: outcome.error, usage, touched };
    if (outcome.status === "asleep") return { ...outcome, touched };
    const { outputJson } = outcome;
    // The schema is that of the items, which were checked.
    if (isStreamed()) return { status: "completed", outputJson, usage, touched };
    // The check counts towards the execution's time limit, but always gets a minimum time.
    const timeMs = Math.max(LEAST_CHECK_MS, limits.timeMs - usage.durationMs);
    trace?.begin("output");
    const wrong = await checks.violations(task, "output", outputJson, timeMs);
    if (wrong.count > 0) throw await mismatch(task, "output", wrong);
    return { status: "completed", outputJson, usage, touched };
  } catch (error) {
    return { status: "failed", error: toRatchetError(error), usage, touched };
  }
}

/** A run that sleeps was checked when it began, and rows are checked when they are read. */
function isCheckedElsewhere({ durable }: ExecuteRequest): boolean {
  return durable?.start.image !== undefined || durable?.start.rows === true;
}

/**
 * Checks an input against the schema of a task.
 * @throws {RatchetError} INVALID_INPUT with the violations; TASK_INVALID if the schema is invalid
 */
export async function checkInput(task: TaskDefinition, input: JsonValue): Promise<void> {
  const violations = (await task.inputValidator())(input);
  if (violations.length > 0) throw await mismatch(task, "input", { violations, count: violations.length });
}

/**
 * Checks the text of an input against the schema of a task.
 * @param checks @default on this thread, at any size
 * @throws {RatchetError} INVALID_INPUT with the violations; TASK_INVALID if the schema is invalid
 */
export async function checkInputText(
  task: TaskDefinition,
  json: string,
  checks: Pick<ValueChecks, "violations"> = CHECKS_HERE,
): Promise<void> {
  const invalid = await checks.violations(task, "input", json);
  if (invalid.count > 0) throw await mismatch(task, "input", invalid);
}

/**
 * The same for an input that was not checked yet: of a task that takes a stream, the schema is that of each row.
 * @throws {RatchetError} as {@link checkInputText}
 */
export async function checkWholeInput(task: TaskDefinition, json: string): Promise<void> {
  for (const row of inputRows(task, json) ?? [json]) await checkInputText(task, row);
}

function withoutSchemas(task: TaskDefinition): TaskDefinition {
  const accept = async () => () => [];
  return { ...task, schema: async () => undefined, inputValidator: accept, outputValidator: accept };
}

/** The name of the engine that a request runs on: the one it asks for, else the task's own, else the default. */
export function chosenEngine({ task, engine }: Pick<ExecuteRequest, "task" | "engine">): string {
  return engine ?? task.metadata.engine ?? DEFAULT_ENGINE;
}

function secretValues({ secrets = {}, substitution }: ExecuteRequest): string[] {
  return [...Object.values(secrets), ...(substitution?.values ?? [])];
}

/** What was prepared for the sandbox. */
interface Prepared extends Pick<SandboxRequest, "program" | "inputJson" | "limits" | "durable"> {
  ledger: LedgerCollector;
}

function sandboxRequest(
  request: ExecuteRequest,
  { program, inputJson, limits, ledger, durable }: Prepared,
): SandboxRequest {
  const { uuid, version, label, throwHttpErrors, timezone } = request.task.metadata;
  const { executionId = crypto.randomUUID(), attempt = 1, scheduledAt, secrets = {} } = request;
  const bound = new Set(request.substitution?.names);
  const context: GuestContext = { executionId, attempt, task: { uuid, version, label }, secrets };
  if (scheduledAt !== undefined) context.scheduledAt = new Date(scheduledAt).toISOString();
  return {
    engine: chosenEngine(request),
    program,
    inputJson,
    context,
    limits,
    throwHttpErrors: throwHttpErrors === true,
    timeZone: request.timeZone ?? timezone,
    http: onBehalfOf({ executionId, taskUuid: uuid }, ledger, request),
    signal: request.signal,
    urgent: request.urgent,
    onCarried: request.onCarried,
    onLog: request.onLog,
    onLogPiece: request.onLogPiece,
    onProgress: request.onProgress,
    // A stand-in is not the value: that secret is used when a request carries its value.
    onSecretRead: (name) => {
      if (!bound.has(name)) ledger.secretUsed(name);
    },
    onJournal: request.onJournal,
    maxJournalBytes: request.maxJournalBytes,
    replay: request.replay,
    fixed: request.fixed,
    durable,
  };
}

/** Adds to every request of the task who sends it, its rules and how it is treated. The outbound chain sees to that. */
function onBehalfOf(owner: HttpOwner, ledger: LedgerCollector, { http, task, ...rest }: ExecuteRequest): HttpSend {
  const { permissions, http: taskConduct } = task.metadata;
  const observed = ledger.observe(http);
  const send = rest.trace === undefined ? observed : rest.trace.observe(observed);
  const substitution = rest.substitution && notingUse(rest.substitution, ledger);
  let parsed: { rules: TaskRules | undefined } | undefined;
  return (request, signal) => {
    parsed ??= { rules: taskRules(permissions) };
    return send({ ...request, owner, taskRules: parsed.rules, taskConduct, substitution }, signal);
  };
}

/** Notes the secrets that are put into requests. */
function notingUse(substitution: SecretSubstitution, ledger: LedgerCollector): SecretSubstitution {
  const { names, values } = substitution;
  return { names, values, insert: (request) => substitution.insert(request, (name) => ledger.secretUsed(name)) };
}

async function mismatch(
  task: TaskDefinition,
  side: "input" | "output",
  { violations, count }: Violations,
): Promise<RatchetError> {
  const shown = violations.slice(0, MAX_SHOWN);
  const lines = shown.map(({ pointer, message }) => `${pointerText(pointer)} ${message}`);
  const more = count > shown.length ? ` (and ${count - shown.length} more)` : "";
  const message = `the ${side} does not match ${await schemaName(task, side)}: ${lines.join("; ")}${more}`;
  return new RatchetError(side === "input" ? "INVALID_INPUT" : "INVALID_OUTPUT", message, {
    data: { violations: shown.map(({ pointer, message }) => ({ pointer, message })), count },
    remedy: side === "input" ? "Correct the input, or the schema." : "Correct what the task returns, or the schema.",
  });
}

/** Returns what the author of a task calls a schema: a file of the task, or an export of a task that is a single file. */
async function schemaName(task: TaskDefinition, side: "input" | "output"): Promise<string> {
  const file = `${side}.schema.json`;
  const source = await task.schema(side);
  return source === undefined || source.file.endsWith(file) ? file : `its export \`${side}\``;
}
