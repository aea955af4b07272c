import type { ErrorCode } from "../../domain/errors.ts";
import type { ResourceUsage } from "../../domain/execution.ts";
import type { GuestError } from "../../domain/guest-errors.ts";
import type { JsonValue } from "../../domain/json.ts";
import type { ExecutionLimits } from "../../domain/limits.ts";
import type { Journal } from "../../domain/recording.ts";
import type { HttpExchange } from "../../http/record-http.ts";
import { defined } from "../../lib/defined.ts";
import type { ExecuteResult } from "../execute.ts";

/**
 * Names of the files in a session folder. There is either `output` or `error`, and `replay` only if a replay of the
 * unchanged task ends differently from the recorded run.
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

/** Version of the folder's format. Later versions are rejected. */
export const SESSION_FORMAT = 1;

/** `ratchet_session_20261122_215451`, in UTC; a second one in the same second ends in `_2`. */
export const SESSION_NAME: RegExp = /^ratchet_session_\d{8}_\d{6}(?:_[1-9]\d*)?$/;

/** `environment.json`: the circumstances in which the task ran. */
export interface SessionEnvironment {
  format: number;
  ratchet: { version: string; commit: string };
  engine: string;
  platform: { os: string; arch: string; bun: string };
  task: { uuid: string; label: string; version: string; checksum: string };
  /** The execution as the task saw it. `startedAt` is ISO 8601 in UTC. */
  execution: { id: string; attempt: number; startedAt: string };
  limits: ExecutionLimits;
  /** Older recordings have no `cpuMs`. */
  usage: Omit<ResourceUsage, "cpuMs"> & Partial<Pick<ResourceUsage, "cpuMs">>;
  /** Names of the task's secrets, and their placeholders. */
  secrets: Record<string, string>;
  /** `null` if the task was not started, for instance because its input was invalid. */
  journal: Journal | null;
}

/** `error.json`: how the task failed. */
export interface SessionError {
  code: ErrorCode;
  message: string;
  guest?: GuestError;
}

/** How a recorded run ended. */
export type RecordedOutcome = { status: "completed"; output: JsonValue } | { status: "failed"; error: SessionError };

/**
 * `replay.json`: how the task ended when it ran again right after the recording, with placeholders instead of secrets.
 * Values computed from them, such as a length or a digest, differ then. Later replays use the same placeholders, so
 * they are compared with this.
 */
export interface ReplayReference {
  outcome: RecordedOutcome;
  /** How its requests differed from the recorded ones, one per line. */
  requests: string[];
}

/** A recorded execution after reading and checking. All of it is masked. */
export interface Recording {
  folder: string;
  environment: SessionEnvironment;
  input: JsonValue;
  outcome: RecordedOutcome;
  /** Missing if a replay of the unchanged task ends like the recorded run. */
  reference?: ReplayReference;
  exchanges: HttpExchange[];
}

/** Returns the recorded part of an error. */
export function errorOf({ code, message, guest }: (ExecuteResult & { status: "failed" })["error"]): SessionError {
  return defined({ code, message, guest });
}
