import type { HttpSend } from "../../src/domain/http.ts";
import type { JsonValue } from "../../src/domain/json.ts";
import { type ExecuteResult, execute } from "../../src/execution/execute.ts";
import { readRecording } from "../../src/execution/recording/read-recording.ts";
import type { Recording } from "../../src/execution/recording/recorded-session.ts";
import { createRecorder } from "../../src/execution/recording/recorder.ts";
import type { ReplayComparison } from "../../src/execution/recording/replay.ts";
import { replayRecording } from "../../src/execution/recording/replay-recording.ts";
import type { Executor } from "../../src/sandbox/executor.ts";
import { loadTask } from "../../src/task/load.ts";

/** What a recorded run of a test needs. */
export interface RecordedRun {
  executor: Executor;
  task: string;
  dir: string;
  http: HttpSend;
  input?: JsonValue;
  secrets?: Record<string, string>;
  timeMs?: number;
  signal?: AbortSignal;
}

/** Runs a task and records it, as `run-once --record` does. */
export async function recordTask(run: RecordedRun): Promise<{ result: ExecuteResult; folder: string }> {
  const task = await loadTask(run.task);
  const { input = {}, secrets, signal } = run;
  const limits = run.timeMs === undefined ? {} : { timeMs: run.timeMs };
  const given = { task, input, limits, ...(secrets && { secrets }) };
  const recorder = createRecorder({ dir: run.dir, executor: run.executor, ...given });
  const result = await execute({
    ...given,
    executor: run.executor,
    executionId: recorder.executionId,
    http: recorder.http(run.http),
    onLog: recorder.onLog,
    onJournal: recorder.onJournal,
    ...(signal && { signal }),
  });
  return { result, folder: await recorder.finish(result) };
}

/** Runs a task from a recording, as `replay` does. */
export async function replayTask(
  executor: Executor,
  taskPath: string,
  folder: string,
  live?: HttpSend,
): Promise<{ result: ExecuteResult; comparison: ReplayComparison; recording: Recording }> {
  const recording = await readRecording(folder);
  const task = await loadTask(taskPath);
  const { replay, result } = await replayRecording({ recording, task, executor, ...(live && { live }) });
  return { result, comparison: replay.compare(result), recording };
}
