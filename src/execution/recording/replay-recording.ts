import type { LogEntry } from "../../domain/execution.ts";
import type { HttpSend } from "../../domain/http.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { TaskDefinition } from "../../domain/task.ts";
import type { Executor } from "../../sandbox/executor.ts";
import { type ExecuteResult, execute } from "../execute.ts";
import { placeholdersIn } from "./placeholder.ts";
import type { Recording } from "./recorded-session.ts";
import { refusingSession } from "./refusing-session.ts";
import { createReplay, type Replay } from "./replay.ts";

/** What to replay, and with what. */
export interface ReplayRequest {
  recording: Recording;
  /** The current state of the recorded task. */
  task: TaskDefinition;
  executor: Executor;
  /** The name of the engine, in place of the recording's. */
  engine?: string;
  /** The real network instead of the recorded responses. @default none, so that the replay is offline */
  live?: HttpSend;
  onLog?: (entry: LogEntry) => void;
  onProgress?: (value: JsonValue) => void;
}

/** How a replay ended. */
export interface ReplayedRun {
  replay: Replay;
  result: ExecuteResult;
  /** It asked for durable operations, which a recording does not have: its result means nothing. */
  isDurable: boolean;
}

/** Runs a task with a recording's input, limits, ids, clock, randomness and responses. */
export async function replayRecording(request: ReplayRequest): Promise<ReplayedRun> {
  const { recording, executor, live, onLog, onProgress } = request;
  const { execution, limits, secrets, journal } = recording.environment;
  const replay = createReplay(recording, live);
  const durable = refusingSession(execution.id);
  const result = await execute({
    task: takesMaskedInput(request.task, recording),
    input: recording.input,
    executor,
    engine: request.engine ?? recording.environment.engine,
    http: replay.http,
    limits,
    secrets,
    executionId: execution.id,
    attempt: execution.attempt,
    onLog,
    onProgress,
    durable: durable.session,
    // The real network depends on the current time: it would reject old signatures and tokens.
    replay: live === undefined ? (journal ?? undefined) : undefined,
  });
  return { replay, result, isDurable: durable.wasAsked() };
}

/** Accepts any input with placeholders, because a placeholder may not match the schema that the secret matched. */
function takesMaskedInput(task: TaskDefinition, { input, outcome }: Recording): TaskDefinition {
  if (outcome.status === "failed" && outcome.error.code === "INVALID_INPUT") return task;
  if (placeholdersIn(JSON.stringify(input)).length === 0) return task;
  return { ...task, inputValidator: async () => () => [] };
}
