import { DEFAULT_LIMITS, type ExecutionLimits } from "../../../domain/limits.ts";
import { formatSize } from "../../../lib/size.ts";
import type { ExecutionPort, MemoryRefusal } from "../../engine/engine-request.ts";
import { Stop } from "../../engine/stop.ts";

/** Memory that the host holds for an execution outside the guest: bodies of responses, keys, data of running calls. */
export interface HostMemory {
  /** Counts memory that is about to be taken, bytes. @returns false when there is no room: then nothing was counted */
  hold(bytes: number): boolean;
  /** Counts it back, as soon as it is free. */
  release(bytes: number): void;
}

const MEGABYTE = 1024 * 1024;
/**
 * A guest that fills its memory costs the process more than that: the engine compiles what runs hot, and collects. For
 * so many bytes of the guest's one more is counted, so that the limit bounds what an execution really takes.
 */
const ENGINE_SHARE = 10;
/** What the host may hold for an execution beside the guest's own memory. */
const HOST_ALLOWANCE = 48 * MEGABYTE;

/**
 * Bytes that an execution may cause in all: its guest's memory, and what the host holds for it. Who raises the limit of a
 * response or of the output gets as much more.
 */
export function memoryAllowance(limits: ExecutionLimits): number {
  const raised = (name: "fetchResponseBytes" | "outputBytes") => Math.max(0, limits[name] - DEFAULT_LIMITS[name]);
  return limits.memoryBytes + HOST_ALLOWANCE + raised("fetchResponseBytes") + raised("outputBytes");
}

/** The account of one execution on its thread: the guest's memory and the host's together. */
export class ExecutionMemory implements HostMemory {
  /** Why the guest was refused memory first: by its own limit, or see {@link MemoryRefusal}. */
  refused: "guest" | MemoryRefusal | undefined;
  /** Most that the guest had. */
  peakBytes = 0;
  readonly #allowance: number;
  #guest = 0;
  #host = 0;
  #closed = false;

  constructor(
    private readonly limits: ExecutionLimits,
    private readonly port: Pick<ExecutionPort, "useMemory" | "takeMemory">,
  ) {
    this.#allowance = memoryAllowance(limits);
  }

  /** Counts the guest's memory. @returns false when it may not have so much */
  growGuest(bytes: number): boolean {
    const tooMuch = bytes + bytes / ENGINE_SHARE > this.limits.memoryBytes;
    const refusal = tooMuch ? "guest" : this.port.useMemory(bytes + this.#host);
    this.refused ??= refusal;
    if (refusal !== undefined) return false;
    this.#guest = bytes;
    this.peakBytes = Math.max(this.peakBytes, bytes);
    return true;
  }

  hold(bytes: number): boolean {
    return this.#closed || this.#tryHold(bytes) === undefined;
  }

  /** The same for what the execution can't do without. @throws {Stop} MEMORY_LIMIT */
  require(bytes: number): void {
    const refusal = this.#tryHold(bytes);
    if (refusal !== undefined) throw memoryStop(refusal, this.limits);
  }

  /** Counts what is there already. @returns the reason to end the execution, if it is too much */
  take(bytes: number): Stop | undefined {
    if (this.#closed) return undefined;
    this.#host += bytes;
    this.port.takeMemory(this.#guest + this.#host);
    return this.#guest + this.#host > this.#allowance ? memoryStop("limit", this.limits) : undefined;
  }

  release(bytes: number): void {
    if (this.#closed) return;
    this.#host -= bytes;
    this.port.takeMemory(this.#guest + this.#host);
  }

  /** Nothing is counted from now on: the execution has ended. */
  close(): void {
    this.#closed = true;
  }

  #tryHold(bytes: number): MemoryRefusal | undefined {
    if (this.#guest + this.#host + bytes > this.#allowance) return "limit";
    const refusal = this.port.useMemory(this.#guest + this.#host + bytes);
    if (refusal === undefined) this.#host += bytes;
    return refusal;
  }
}

/** The end of an execution for which the host would have to hold too much. */
export function memoryStop(refusal: MemoryRefusal, limits: ExecutionLimits): Stop {
  if (refusal === "budget") return budgetStop();
  const limit = memoryAllowance(limits) - limits.memoryBytes;
  const message = `the response bodies, keys and outputs held for the task are over the limit of ${formatSize(limit)}`;
  return new Stop("MEMORY_LIMIT", message, { limit, unit: "bytes" }, HOLD_LESS);
}

/** The end of an execution that needs more than is left of the budget of all executions. */
export function budgetStop(): Stop {
  return new Stop("MEMORY_LIMIT", "the memory budget of all executions together is spent", {}, MORE_BUDGET);
}

const HOLD_LESS =
  "read each response body as soon as it arrives, make fewer fetches at a time, or give the task more memory (limits.memory in metadata.json)";
const MORE_BUDGET =
  "run fewer tasks at a time, or give all of them together more memory (execution.memory_budget of a server)";
