import type { ErrorCode } from "../../domain/errors.ts";
import type { ResourceUsage } from "../../domain/execution.ts";
import type { GuestError } from "../../domain/guest-errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { ExecutionLimits } from "../../domain/limits.ts";
import type { Journal } from "../../domain/recording.ts";
import type { HttpExchange } from "../../http/record-http.ts";
import type { ExecuteResult } from "../execute.ts";

/**
 * Names of the files in a session folder; there is an `output` or an `error`, never both, and `replay` only where a
 * replay of the unchanged task ends differently from the recorded run.
 */
export const SESSION_FILES = {
  input: "input.json",
  output: "output.json",
  error: "error.json",
  har: "requests.har",
  tracing: "tracing.log",
  environment: "environment.json",
  replay: "replay.json",
} as const;

/** Version of the folder's format; a later one is not read. */
export const SESSION_FORMAT = 1;

/** `ratchet_session_20261122_215451`, in UTC; a second one in the same second ends in `_2`. */
export const SESSION_NAME: RegExp = /^ratchet_session_\d{8}_\d{6}(?:_[1-9]\d*)?$/;

/** `environment.json`: in what circumstances the task ran. */
export interface SessionEnvironment {
  format: number;
  ratchet: { version: string; commit: string };
  engine: string;
  platform: { os: string; arch: string; bun: string };
  task: { uuid: string; label: string; version: string; checksum: string };
  /** What the task saw of its execution. `startedAt` is ISO 8601, UTC. */
  execution: { id: string; attempt: number; startedAt: string };
  limits: ExecutionLimits;
  /** Recordings from before `cpuMs` was measured have none. */
  usage: Omit<ResourceUsage, "cpuMs"> & Partial<Pick<ResourceUsage, "cpuMs">>;
  /** Names of the secrets that the task was given, and what stands for them. */
  secrets: Record<string, string>;
  /** `null` when the task was not started, because its input was not valid for instance. */
  journal: Journal | null;
}

/** `error.json`: how it failed. */
export interface SessionError {
  code: ErrorCode;
  message: string;
  guest?: GuestError;
}

/** How a recorded run ended. */
export type RecordedOutcome = { status: "completed"; output: JsonValue } | { status: "failed"; error: SessionError };

/**
 * `replay.json`: how the task ended when it was run again right after it was recorded, with placeholders in place of
 * secrets. What it computes from them, such as a length or a digest, comes out differently then. A later replay works
 * with the same placeholders, so this is what it is compared with.
 */
export interface ReplayReference {
  outcome: RecordedOutcome;
  /** How its requests differed from the recorded ones, a line each. */
  requests: string[];
}

/** A recorded execution, read and checked. All of it is masked. */
export interface Recording {
  folder: string;
  environment: SessionEnvironment;
  input: JsonValue;
  outcome: RecordedOutcome;
  /** Absent when a replay of the unchanged task ends like the recorded run. */
  reference?: ReplayReference;
  exchanges: HttpExchange[];
}

/** What of an error is recorded. */
export function errorOf(error: (ExecuteResult & { status: "failed" })["error"]): SessionError {
  return { code: error.code, message: error.message, ...(error.guest && { guest: error.guest }) };
}
