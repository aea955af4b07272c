import type { ValueChecks } from "../checking/value-checks.ts";
import { RatchetError } from "../domain/errors.ts";
import type { HttpSend } from "../domain/http.ts";
import { noTask } from "../domain/not-found.ts";
import { RawJson } from "../domain/raw-json.ts";
import type { KeptRecording } from "../domain/recording.ts";
import type { TaskDefinition } from "../domain/task.ts";
import { toRatchetError } from "../domain/unknown-error.ts";
import type { Registry } from "../registry/registry.ts";
import type { Executor } from "../sandbox/executor.ts";
import type { Vault } from "../secrets/vault.ts";
import type { TaskStore } from "../store/contract/tasks.ts";
import { cappedLimits, type LimitCaps, withCap } from "../task/limit-caps.ts";
import type { AttemptOutcome, AttemptRequest, RunAttempt } from "./attempt.ts";
import { type ExecuteRequest, executeRun, type RunResult } from "./execute.ts";
import { executeRecorded, type ServerRecording } from "./recording/server-recorder.ts";
import { executionSecrets } from "./secrets/execution-secrets.ts";
import { executeMasked } from "./secrets/masked-execution.ts";

/** Options of a runner. */
export interface TaskRunnerOptions {
  registry: Pick<Registry, "open">;
  tasks: Pick<TaskStore, "get">;
  executor: Executor;
  http: HttpSend;
  /** Provides the secrets that tasks declare. */
  vault: Pick<Vault, "known" | "latest" | "sealer">;
  /** Highest limits of all executions, whatever their tasks ask for. */
  caps: LimitCaps;
  checks: Pick<ValueChecks, "violations">;
  /** Check inputs and outputs against the task's schemas. */
  validateSchemas: boolean;
  /** How executions are recorded. @default they are not */
  recording?: ServerRecording | undefined;
  /** Receives failures of tasks, for their developers. */
  onFailure?: (failure: TaskFailure) => void;
}

/** A task that failed. */
export interface TaskFailure {
  task: TaskDefinition;
  executionId: number;
  error: RatchetError;
}

/** Creates a function that executes registered tasks the same way as all other executions. */
export function createTaskRunner(options: TaskRunnerOptions): RunAttempt {
  /** A task's uuid never changes. Its label may, and is that of the version that was opened last. */
  const names = new Map<number, { uuid: string; label: string }>();

  async function nameOf(taskId: number): Promise<{ uuid: string; label: string }> {
    const known = names.get(taskId);
    if (known !== undefined) return known;
    const record = await options.tasks.get(taskId);
    if (record === undefined) throw noTask(taskId);
    const name = { uuid: record.uuid, label: record.label };
    names.set(taskId, name);
    return name;
  }

  return async (request) => {
    const known: Pick<AttemptOutcome, "task" | "version" | "retry" | "missing"> = { version: null };
    try {
      const name = await nameOf(request.taskId);
      known.task = name.label;
      const opened = await options.registry.open(name.uuid, request.version).catch((error) => {
        if (isMissing(error)) known.missing = true;
        throw error;
      });
      const { task } = opened;
      known.version = opened.version.version;
      known.task = name.label = task.metadata.label;
      if (task.metadata.retry !== undefined) known.retry = task.metadata.retry;
      const { result, recording } = await run(task, request, options);
      const { usage, touched } = result;
      if (result.status === "completed") {
        return { result: { status: "completed", outputJson: result.outputJson }, usage, touched, recording, ...known };
      }
      if (result.status === "asleep") {
        return { result: { status: "asleep", guest: result.guest }, usage, touched, ...known };
      }
      const error = withCap(result.error, task.metadata.limits, options.caps);
      options.onFailure?.({ task, executionId: request.executionId, error });
      return { result: { status: "failed", error }, usage, touched, recording, ...known };
    } catch (error) {
      return {
        result: { status: "failed", error: toRatchetError(error, "Ratchet failed while running the task.") },
        usage: null,
        ...known,
      };
    }
  };
}

/** Executes a task with its secrets. What it reports and how it ends is masked, if there are secrets. */
async function run(
  task: TaskDefinition,
  request: AttemptRequest,
  options: TaskRunnerOptions,
): Promise<{ result: RunResult; recording?: KeptRecording | undefined }> {
  const { signal, onLog, onProgress, attempt, inputJson, scheduledAt, urgent, onCarried, trace } = request;
  const secrets = await executionSecrets(task.metadata, inputJson, options.vault, request.executionId);
  const execution: ExecuteRequest = {
    task,
    input: new RawJson(secrets.inputJson),
    checks: options.checks,
    validateSchemas: options.validateSchemas,
    executor: options.executor,
    http: holdingBack(options.http, request.holdBack),
    limits: cappedLimits(task.metadata.limits, options.caps),
    executionId: String(request.executionId),
    secrets: secrets.guest,
    substitution: secrets.substitution,
    attempt,
    scheduledAt: scheduledAt ?? undefined,
    signal,
    urgent,
    onCarried,
    onLog,
    onProgress,
    trace,
    durable: request.durable?.(task),
  };
  const { masker, known, guest } = secrets;
  if (masker !== undefined) trace?.maskWith(masker.text);
  const how = options.recording;
  if (how === undefined || how.mode === "none") {
    return { result: await (masker === undefined ? executeRun(execution) : executeMasked(execution, masker)) };
  }
  let recording: KeptRecording | undefined;
  const circumstances = {
    inputJson: secrets.inputJson,
    known,
    hasHiddenInput: guest !== undefined || secrets.inputJson !== inputJson,
  };
  const recorded = async (asked: ExecuteRequest) => {
    const ended = await executeRecorded(asked, how, circumstances);
    recording = ended.recording;
    return ended.result;
  };
  const result = await (masker === undefined ? recorded(execution) : executeMasked(execution, masker, recorded));
  return { result, recording };
}

/** Sends requests when nothing holds them back any more. */
function holdingBack(send: HttpSend, holdBack: AttemptRequest["holdBack"]): HttpSend {
  if (holdBack === undefined) return send;
  return (request, signal) => {
    const held = holdBack(request);
    return held === undefined ? send(request, signal) : held.then(() => send(request, signal));
  };
}

/** Returns true if no source has a task, or if the source that may have it cannot be reached. */
function isMissing(error: unknown): boolean {
  return error instanceof RatchetError && (error.code === "TASK_NOT_FOUND" || error.code === "ENVIRONMENT");
}
