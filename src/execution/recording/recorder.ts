import type { ErrorCode } from "../../domain/errors.ts";
import type { LogEntry } from "../../domain/execution.ts";
import type { HttpSend } from "../../domain/http.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { ExecutionLimits } from "../../domain/limits.ts";
import type { Journal } from "../../domain/recording.ts";
import type { SecretValues } from "../../domain/secret.ts";
import type { TaskDefinition } from "../../domain/task.ts";
import { recordHttp } from "../../http/record-http.ts";
import type { Executor } from "../../sandbox/executor.ts";
import type { ExecuteResult } from "../execute.ts";
import { placeholdersIn } from "./placeholder.ts";
import { readRecording } from "./read-recording.ts";
import { SESSION_FILES } from "./recorded-session.ts";
import { replayRecording } from "./replay-recording.ts";
import { type RecordedRun, sessionFiles } from "./session-files.ts";
import { writeSessionFolder } from "./session-folder.ts";
import { createTrace } from "./trace.ts";

/** What to record. */
export interface RecorderOptions {
  /** Folder for the session's folder. It is created if it does not exist. */
  dir: string;
  task: TaskDefinition;
  input: JsonValue;
  /** The engine. It runs the task once more if secrets were masked, see {@link ReplayReference}. */
  executor: Executor;
  /** As passed to `execute`: the name of the engine, in place of the task's own. */
  engine?: string;
  /** As passed to `execute`. They override the task's own limits. */
  limits?: Partial<ExecutionLimits>;
  /** As passed to `execute`. Their values are masked everywhere. */
  secrets?: Record<string, string>;
  /** Further values to be masked everywhere, by name. @default none */
  known?: SecretValues;
  /** @default a new UUID, to be passed to `execute` */
  executionId?: string;
  /** @default 1 */
  attempt?: number;
}

/** Records one execution: pass its members to `execute`, then call `finish` with the result. */
export interface Recorder {
  executionId: string;
  /** The layer around the outbound chain. */
  http: (next: HttpSend) => HttpSend;
  onLog: (entry: LogEntry) => void;
  onJournal: (journal: Journal) => void;
  /**
   * Writes the session's folder.
   * @returns its path
   * @throws {RatchetError} ENVIRONMENT if the folder cannot be written
   */
  finish(result: ExecuteResult): Promise<string>;
}

/** Starts a recording. Everything stays in memory until `finish`, so that a secret found late is masked everywhere. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { task, attempt = 1, executionId = crypto.randomUUID(), secrets = {} } = options;
  const run: RecordedRun = {
    ...options,
    attempt,
    executionId,
    secrets,
    startedAt: Date.now(),
    exchanges: [],
    trace: createTrace(),
    journal: null,
  };
  const { trace, exchanges } = run;
  const { label, version } = task.metadata;
  trace.step(`execution ${executionId} started: task ${label} ${version}, attempt ${attempt}`);
  return {
    executionId,
    http: (next) =>
      recordHttp(next, {
        started: (exchange, index) => {
          exchanges.push(exchange);
          trace.fetchStarted(exchange, index);
        },
        ended: trace.fetchEnded,
      }),
    onLog: trace.log,
    onJournal: (journal) => {
      run.journal = journal;
    },
    finish: async (result) => {
      trace.step(`execution ${result.status} after ${result.usage.durationMs.toFixed(1)} ms${failureText(result)}`);
      const files = await sessionFiles(run, result);
      const isReplayed = isMasked(files) && run.journal !== null && !STOPPED.includes(codeOf(result));
      return await writeSessionFolder(options.dir, run.startedAt, files, async (folder) =>
        isReplayed ? await reference(options, folder) : {},
      );
    },
  };
}

/**
 * The task works with placeholders in a replay: whatever it makes of them is what later replays have to make, too.
 */
async function reference({ task, executor }: RecorderOptions, folder: string): Promise<Record<string, string>> {
  const recording = await readRecording(folder);
  const { replay, result } = await replayRecording({ recording, task, executor });
  if (replay.compare(result).equal) return {};
  return { [SESSION_FILES.replay]: `${JSON.stringify(replay.observe(result), null, 2)}\n` };
}

/** Outcomes caused from outside the task. Waiting for them again would show nothing. */
const STOPPED: readonly (ErrorCode | undefined)[] = ["TIME_LIMIT", "CANCELLED"];

function codeOf(result: ExecuteResult): ErrorCode | undefined {
  return result.status === "failed" ? result.error.code : undefined;
}

function isMasked(files: Readonly<Record<string, string>>): boolean {
  return Object.values(files).some((text) => placeholdersIn(text).length > 0);
}

function failureText(result: ExecuteResult): string {
  return result.status === "failed" ? `: ${result.error.code}: ${JSON.stringify(result.error.message)}` : "";
}
