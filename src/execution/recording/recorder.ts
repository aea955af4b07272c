import type { ErrorCode } from "../../domain/errors.ts";
import type { LogEntry } from "../../domain/execution.ts";
import type { HttpSend } from "../../domain/http.ts";
import type { JsonValue } from "../../domain/json.ts";
import { DEFAULT_LIMITS, type ExecutionLimits } from "../../domain/limits.ts";
import type { Journal } from "../../domain/recording.ts";
import type { TaskDefinition } from "../../domain/task.ts";
import { type HttpExchange, recordHttp } from "../../http/record-http.ts";
import { buildInfo } from "../../lib/build-info.ts";
import type { Executor } from "../../sandbox/executor.ts";
import { chosenEngine, type ExecuteResult } from "../execute.ts";
import { toHar } from "./har.ts";
import { maskExchange } from "./mask-exchange.ts";
import { maskUrl } from "./mask-form.ts";
import { maskJsonText } from "./mask-json-text.ts";
import { createMasker, type Masker } from "./masker.ts";
import { placeholdersIn } from "./placeholder.ts";
import { readRecording } from "./read-recording.ts";
import { errorOf, SESSION_FILES, SESSION_FORMAT, type SessionEnvironment } from "./recorded-session.ts";
import { replayRecording } from "./replay-recording.ts";
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

/** Used as the checksum of a task whose files cannot be read (any more). */
const UNKNOWN = "unknown";

/** Starts a recording. Everything stays in memory until `finish`, so that a secret found late is masked everywhere. */
export function createRecorder(options: RecorderOptions): Recorder {
  const { task, attempt = 1, executionId = crypto.randomUUID(), secrets = {} } = options;
  const startedAt = Date.now();
  const exchanges: HttpExchange[] = [];
  const trace = createTrace();
  let journal: Journal | null = null;
  const { label, version, uuid } = task.metadata;
  trace.step(`execution ${executionId} started: task ${label} ${version}, attempt ${attempt}`);

  async function environment(result: ExecuteResult, masker: Masker): Promise<SessionEnvironment> {
    const { version: ratchet, commit } = buildInfo();
    return {
      format: SESSION_FORMAT,
      ratchet: { version: ratchet, commit },
      engine: chosenEngine(options),
      platform: { os: process.platform, arch: process.arch, bun: Bun.version },
      task: { uuid, label, version, checksum: await task.checksum().catch(() => UNKNOWN) },
      execution: { id: executionId, attempt, startedAt: new Date(startedAt).toISOString() },
      limits: { ...DEFAULT_LIMITS, ...task.metadata.limits, ...options.limits },
      usage: result.usage,
      secrets: Object.fromEntries(
        Object.entries(secrets).map(([name, value]) => [name, masker.secret("secret", value)]),
      ),
      journal,
    };
  }

  /**
   * The task works with placeholders in a replay: whatever it makes of them is what later replays have to make, too.
   */
  async function reference(folder: string): Promise<Record<string, string>> {
    const recording = await readRecording(folder);
    const { replay, result } = await replayRecording({ recording, task, executor: options.executor });
    if (replay.compare(result).equal) return {};
    return { [SESSION_FILES.replay]: `${JSON.stringify(replay.observe(result), null, 2)}\n` };
  }

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
    onJournal: (recorded) => {
      journal = recorded;
    },
    finish: async (result) => {
      trace.step(`execution ${result.status} after ${result.usage.durationMs.toFixed(1)} ms${failureText(result)}`);
      const inputJson = JSON.stringify(options.input);
      const masker = createMasker(secrets, [inputJson]);
      const masked = () => ({
        input: maskJsonText(inputJson, masker),
        exchanges: exchanges.map((exchange) => maskExchange(exchange, masker)),
        result:
          result.status === "completed"
            ? maskJsonText(result.outputJson, masker)
            : maskJsonText(JSON.stringify(errorOf(result.error), null, 2), masker),
        trace: trace.text({ line: (line) => maskJsonText(line, masker), url: (url) => maskUrl(url, masker) }),
      });
      masked(); // The first pass finds the secrets, and the second replaces them everywhere.
      const final = masked();
      const files = {
        [SESSION_FILES.input]: `${final.input}\n`,
        [result.status === "completed" ? SESSION_FILES.output : SESSION_FILES.error]: `${final.result}\n`,
        [SESSION_FILES.har]: `${JSON.stringify(toHar(final.exchanges), null, 2)}\n`,
        [SESSION_FILES.tracing]: final.trace,
        [SESSION_FILES.environment]: `${JSON.stringify(await environment(result, masker), null, 2)}\n`,
      };
      return await writeSessionFolder(options.dir, startedAt, files, (folder) =>
        isMasked(files) && journal !== null && !STOPPED.includes(codeOf(result))
          ? reference(folder)
          : Promise.resolve({}),
      );
    },
  };
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
