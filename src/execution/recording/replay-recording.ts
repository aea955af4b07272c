import type { LogEntry } from "../../domain/execution.ts";
import type { HttpSend } from "../../domain/http.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { TaskDefinition } from "../../domain/task.ts";
import type { Executor } from "../../sandbox/executor.ts";
import { type ExecuteResult, execute } from "../execute.ts";
import { placeholdersIn } from "./placeholder.ts";
import type { Recording } from "./recorded-session.ts";
import { createReplay, type Replay } from "./replay.ts";

/** What is run again, and with what. */
export interface ReplayRequest {
  recording: Recording;
  /** The task that was recorded, as it is now. */
  task: TaskDefinition;
  executor: Executor;
  /** The real network, in place of the recorded responses. @default none: the replay is offline */
  live?: HttpSend;
  onLog?: (entry: LogEntry) => void;
  onProgress?: (value: JsonValue) => void;
}

/** Runs a task with a recording's input, limits, ids, clock, randomness and responses. */
export async function replayRecording(request: ReplayRequest): Promise<{ replay: Replay; result: ExecuteResult }> {
  const { recording, executor, live, onLog, onProgress } = request;
  const { execution, limits, secrets, journal } = recording.environment;
  const replay = createReplay(recording, live);
  const result = await execute({
    task: takesMaskedInput(request.task, recording),
    input: recording.input,
    executor,
    http: replay.http,
    limits,
    secrets,
    executionId: execution.id,
    attempt: execution.attempt,
    ...(onLog && { onLog }),
    ...(onProgress && { onProgress }),
    // The real network depends on the time of day: signatures and tokens of then would be refused.
    ...(journal === null || live !== undefined ? {} : { replay: journal }),
  });
  return { replay, result };
}

/** A placeholder may not fit the schema that the secret in its place did fit. */
function takesMaskedInput(task: TaskDefinition, { input, outcome }: Recording): TaskDefinition {
  if (outcome.status === "failed" && outcome.error.code === "INVALID_INPUT") return task;
  if (placeholdersIn(JSON.stringify(input)).length === 0) return task;
  return { ...task, inputValidator: async () => () => [] };
}
