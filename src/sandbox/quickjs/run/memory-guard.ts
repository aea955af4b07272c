import type { ExecutionLimits } from "../../../domain/limits.ts";
import type { ExecutionPort } from "../../engine/engine-request.ts";
import { memoryAllowance, memoryStop } from "../../engine/memory-allowance.ts";
import type { MemoryRefusal } from "../../engine/memory-refusal.ts";
import { limitStop, type Stop } from "../../engine/stop.ts";
import type { RequiredMemory } from "../host/host-memory.ts";

/**
 * A guest that fills its memory costs the process more than that, because the engine compiles what runs hot, and collects
 * garbage. One byte more is counted for this many bytes of the guest's, so that the limit bounds what an execution
 * really takes.
 */
const ENGINE_SHARE = 10;

/** A guest that goes on after it was refused memory this often would only use up its time. */
const MAX_REFUSALS = 10_000;

/** Returns true if a guest may have this much memory by its own limit. */
export function fitsGuest(bytes: number, limits: ExecutionLimits): boolean {
  return bytes + bytes / ENGINE_SHARE <= limits.memoryBytes;
}

/** Counts the memory of one execution, the guest's and the host's together, and refuses what is too much. */
export class MemoryGuard implements RequiredMemory {
  /** Why the guest was first refused memory: by its own limit (`guest`), or see {@link MemoryRefusal}. */
  refused: "guest" | MemoryRefusal | undefined;
  /** The most that the guest has had, bytes. */
  peakBytes = 0;
  readonly #allowance: number;
  #guest = 0;
  #host = 0;
  #closed = false;
  #refusals = 0;

  constructor(
    private readonly limits: ExecutionLimits,
    private readonly port: Pick<ExecutionPort, "useMemory" | "takeMemory">,
  ) {
    this.#allowance = memoryAllowance(limits);
  }

  /**
   * Lets the guest's memory grow.
   * @param bytes in total
   * @returns false if the guest may not have that much
   * @throws {Stop} MEMORY_LIMIT, if it was refused memory too often
   */
  growGuest(bytes: number): boolean {
    const refusal = fitsGuest(bytes, this.limits) ? this.port.useMemory(bytes + this.#host) : "guest";
    this.refused ??= refusal;
    if (refusal !== undefined) {
      this.#refusals += 1;
      if (this.#refusals < MAX_REFUSALS) return false;
      const limit = this.limits.memoryBytes;
      throw limitStop({ code: "MEMORY_LIMIT", what: "the guest's memory", limit, unit: "bytes" });
    }
    this.#guest = bytes;
    this.peakBytes = Math.max(this.peakBytes, bytes);
    return true;
  }

  hold(bytes: number): boolean {
    return this.#closed || this.#tryHold(bytes) === undefined;
  }

  require(bytes: number): void {
    const refusal = this.#tryHold(bytes);
    if (refusal !== undefined) throw memoryStop(refusal, this.limits);
  }

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

  /** The execution has ended: nothing is counted from now on. */
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
