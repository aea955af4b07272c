import { type ErrorCode, RatchetError } from "../../domain/errors.ts";
import { type ExecutionOutcome, NO_USAGE } from "../../domain/execution.ts";
import type { DurableRelay } from "../durable-relay.ts";
import type { EngineDefinition } from "../engine/engine.ts";
import type { SandboxRequest } from "../executor.ts";

/** An execution given to the pool. */
export interface PoolJob {
  request: SandboxRequest;
  engine: EngineDefinition;
  resolve: (outcome: ExecutionOutcome) => void;
  /** How often it was started: an execution that only waited in line when its Worker died is started again. */
  starts: number;
  /** It has asked for something outside, which must not happen twice. */
  fetched: boolean;
  /** There if it is a durable run. */
  durable: DurableRelay | undefined;
  /** Cancels it on the thread that carries it. */
  cancel?: (() => void) | undefined;
}

/** Returns an outcome for which no engine ran. */
export function failed(code: ErrorCode, message: string, cause?: unknown): ExecutionOutcome {
  return failedWith(new RatchetError(code, message, { cause }));
}

/** Returns an outcome with this error. */
export function failedWith(error: RatchetError): ExecutionOutcome {
  return { status: "failed", error, usage: NO_USAGE };
}

/** The outcome of an execution that was cancelled while it was in line. */
export const cancelledInLine = (): ExecutionOutcome =>
  failed("CANCELLED", "the execution was cancelled before it started");
