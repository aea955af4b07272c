import type { GuestError } from "../../../domain/guest-errors.ts";
import type { ExecutionLimits } from "../../../domain/limits.ts";
import type { ShareableText } from "../../../domain/shared-text.ts";
import { messageOf } from "../../../domain/unknown-error.ts";
import type { EngineFailure } from "../../engine/engine-request.ts";
import { memoryStop } from "../../engine/memory-allowance.ts";
import type { MemoryRefusal } from "../../engine/memory-refusal.ts";
import { limitStop, Stop } from "../../engine/stop.ts";
import { GuestMemoryExhausted } from "../machine/values.ts";
import { readGuestFailure } from "./guest-failure.ts";
import { ProgramRefused } from "./program-loading.ts";

/** What the host knows about a run that failed. It decides about the outcome before any text from the guest does. */
export interface FailureFacts {
  /** Why the host ended the guest, if it did. */
  stop: Stop | undefined;
  /** Why memory was refused: by the guest's own limit (`guest`), or see {@link MemoryRefusal}. */
  memoryRefused: "guest" | MemoryRefusal | undefined;
  limits: ExecutionLimits;
}

/** How a task's function ended: with its output, or with the guest's description of an error, both as JSON. */
export type SettledTask = { ok: true; json: ShareableText } | { ok: false; json: string };

/** Returns the failure behind an exception that came out of the engine: from the host's hooks, or a trap. */
export function thrownFailure(facts: FailureFacts, error: unknown): EngineFailure {
  if (error instanceof ProgramRefused) return refusedFailure(facts, error);
  const stop = facts.stop ?? (error instanceof Stop ? error : undefined);
  // Promises can be lost or rejected for lack of memory, which is then why they never settle or have no handler.
  if ((stop?.code === "NEVER_SETTLED" || stop?.code === "TASK_FAILED") && facts.memoryRefused !== undefined) {
    return memoryFailure(facts);
  }
  if (stop !== undefined) return stopFailure(stop);
  if (facts.memoryRefused !== undefined || error instanceof GuestMemoryExhausted) return memoryFailure(facts);
  if (error instanceof RangeError) return stackFailure(facts);
  // The engine's stack is at the start of its memory, so an overflow leaves the memory.
  if (error instanceof WebAssembly.RuntimeError && /out of bounds memory/i.test(error.message)) {
    return stackFailure(facts);
  }
  return { code: "INTERNAL", message: messageOf(error), data: {} };
}

/**
 * Returns the failure of a run that came to its end, or undefined if it ended well.
 * @param settled how the task's function ended
 * @param unhandled a rejection without a handler, as JSON
 */
export function settledFailure(
  facts: FailureFacts,
  settled: SettledTask | undefined,
  unhandled: string | undefined,
): EngineFailure | undefined {
  if (settled?.ok === true) return unhandled === undefined ? undefined : unhandledFailure(unhandled);
  const failure = readGuestFailure(settled?.json ?? "");
  if (facts.memoryRefused !== undefined) return memoryFailure(facts);
  if (failure === undefined) {
    return { code: "TASK_FAILED", message: "the task failed in a way that can't be shown", data: {} };
  }
  const { error, phase } = failure;
  if (isStackOverflow(error)) return stackFailure(facts, error);
  if (phase === "output") {
    return { code: "INVALID_OUTPUT", message: `the output is not JSON: ${error.message}`, data: {}, guest: error };
  }
  return { code: "TASK_FAILED", message: `${error.name}: ${error.message}`, data: {}, guest: error };
}

/** A program whose top level failed because of a limit failed because of the limit. */
function refusedFailure(facts: FailureFacts, { failure }: ProgramRefused): EngineFailure {
  if (facts.memoryRefused !== undefined) return memoryFailure(facts);
  return failure.guest !== undefined && isStackOverflow(failure.guest) ? stackFailure(facts, failure.guest) : failure;
}

function unhandledFailure(json: string): EngineFailure {
  const error = readGuestFailure(json)?.error ?? { name: "Error", message: "it can't be shown" };
  const message = `unhandled promise rejection: ${error.name}: ${error.message}`;
  return { code: "TASK_FAILED", message, data: {}, guest: error };
}

function memoryFailure({ limits, memoryRefused }: FailureFacts): EngineFailure {
  if (memoryRefused === "limit" || memoryRefused === "budget") return stopFailure(memoryStop(memoryRefused, limits));
  return stopFailure(
    limitStop({ code: "MEMORY_LIMIT", what: "the guest's memory", limit: limits.memoryBytes, unit: "bytes" }),
  );
}

function stopFailure({ code, message, data, remedy }: Stop): EngineFailure {
  return { code, message, data, remedy };
}

function stackFailure({ limits }: FailureFacts, guest?: GuestError): EngineFailure {
  const limit = limits.stackBytes;
  const { code, message, data } = limitStop({ code: "STACK_LIMIT", what: "the call stack", limit, unit: "bytes" });
  return { code, message, data, guest };
}

/** The engine's own error for a stack that is full. */
function isStackOverflow(error: GuestError): boolean {
  return error.name === "RangeError" && error.message === "Maximum call stack size exceeded";
}
