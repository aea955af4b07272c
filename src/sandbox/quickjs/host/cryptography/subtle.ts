import { toError } from "../../../../domain/unknown-error.ts";
import { formatSize } from "../../../../lib/size.ts";
import { Stop } from "../../../engine/stop.ts";
import { DELIVERY } from "../../../host-operations.ts";
import type { Delivery } from "../deliveries.ts";
import type { HostMemory } from "../host-memory.ts";
import type { Nondeterminism } from "../journal-keeper.ts";
import type { CryptoGate } from "./crypto-gate.ts";
import { readSubtleCall, type SubtleCall } from "./subtle-arguments.ts";
import { checkWork, MAX_CALL_BYTES } from "./subtle-bounds.ts";
import { SubtleKeys } from "./subtle-keys.ts";
import { SubtleOperations, type SubtleResult } from "./subtle-operations.ts";

/** What the WebCrypto of an execution works with. */
export interface SubtleSurroundings {
  source: Nondeterminism;
  gate: CryptoGate;
  memory: HostMemory;
  /** The execution's time limit. */
  timeMs: number;
  /** Runs work of this thread on the execution's account. */
  charge: <T>(work: () => T) => T;
  /** Ends the execution: a limit was reached. */
  stop: (stop: Stop) => void;
  /** Passes on a result. */
  deliver: (delivery: Delivery) => void;
}

/** How many bytes each waiting call counts, in addition to its data. */
const CALL_COST = 1_024;
/** How many calls may wait or run at a time. */
const MAX_CALLS = 10_000;
/** The runtime copies its arguments, and its result can be as large once more. */
const COPIES_WHILE_RUNNING = 2;
/** How long a computation in steps keeps the thread at a time, ms. */
const SLICE_MS = 4;

/** The execution has ended: nobody waits for the result. */
class Closed extends Error {}

/**
 * WebCrypto for one execution: the runtime's own, one call after the other. Everything it holds is on the execution's
 * account, and after the end of the execution no call begins.
 */
export class GuestSubtle {
  readonly #operations: SubtleOperations;
  readonly #keys: SubtleKeys;
  #line: Promise<void> = Promise.resolve();
  #bytes = 0;
  #closed = false;
  /** How many calls are under way. */
  outstanding = 0;

  constructor(private readonly surroundings: SubtleSurroundings) {
    this.#keys = new SubtleKeys(surroundings.memory);
    this.#operations = new SubtleOperations(surroundings.source, this.#keys, {
      native: (operation) => this.#native(operation),
      inSteps: (work) => this.#inSteps(work),
    });
  }

  /** How many bytes of data the next call may have. */
  get room(): number {
    return MAX_CALL_BYTES - this.#bytes;
  }

  /**
   * Starts a call, whose result is delivered later. `undefined` stands for data larger than `room`.
   * @returns what is wrong with the call, as JSON, if it is rejected at once
   */
  call(index: number, json: string, buffers: readonly (Uint8Array | undefined)[]): string | undefined {
    const given = buffers.filter((bytes) => bytes !== undefined);
    const size = given.reduce((sum, bytes) => sum + bytes.length, 0);
    let call: SubtleCall;
    try {
      if (given.length !== buffers.length || size > this.room) throw tooMuch();
      if (this.outstanding >= MAX_CALLS)
        throw new DOMException(`at most ${MAX_CALLS} calls can wait at a time`, "QuotaExceededError");
      call = readSubtleCall(json, { buffers: given, key: (handle) => this.#keys.get(handle) });
      checkWork(call, this.surroundings.timeMs);
      if (!this.surroundings.memory.hold(size + CALL_COST)) throw tooMuch();
    } catch (error) {
      drop(given);
      return failure(error).json;
    }
    this.#bytes += size;
    this.outstanding += 1;
    this.#line = this.#line.then(async () => {
      if (this.#closed) return;
      const result = await this.#run(call, size);
      drop(given);
      if (size >= WORTH_COLLECTING) Bun.gc(true);
      this.#bytes -= size;
      this.outstanding -= 1;
      this.surroundings.memory.release(size + CALL_COST);
      this.#deliver(index, result);
    });
    return undefined;
  }

  /** Does the guest have keys, which can't be kept while it sleeps? */
  get hasKeys(): boolean {
    return this.#keys.size > 0;
  }

  /** Drops the calls that wait, and stops those that can be stopped. */
  close(): void {
    this.#closed = true;
  }

  #deliver(index: number, result: SubtleResult): void {
    if (this.#closed) return;
    const { memory, deliver } = this.surroundings;
    const size = result.bytes?.length ?? 0;
    const { json: text, ...bytes } = memory.hold(size) ? result : failure(tooMuch());
    const delivered = () => {
      memory.release(bytes.bytes?.length ?? 0);
      drop(bytes.bytes === undefined ? [] : [bytes.bytes]);
    };
    deliver({ kind: DELIVERY.subtle, index, text, ...bytes, delivered });
  }

  async #run(call: SubtleCall, size: number): Promise<SubtleResult> {
    const { memory } = this.surroundings;
    if (!memory.hold(COPIES_WHILE_RUNNING * size)) return failure(tooMuch());
    try {
      return await this.#operations.run(call);
    } catch (error) {
      if (error instanceof Stop) this.surroundings.stop(error);
      return failure(error);
    } finally {
      memory.release(COPIES_WHILE_RUNNING * size);
    }
  }

  #native<T>(operation: () => Promise<T>): Promise<T> {
    return this.surroundings.gate.pass(() => {
      if (this.#closed) throw new Closed();
      return this.surroundings.charge(operation);
    });
  }

  async #inSteps<T>(work: Generator<undefined, T>): Promise<T> {
    const { gate, charge } = this.surroundings;
    const slice = () => {
      if (this.#closed) throw new Closed();
      const until = performance.now() + SLICE_MS;
      let step = work.next();
      while (step.done !== true && performance.now() < until) step = work.next();
      return step;
    };
    for (;;) {
      const step = await gate.pass(() => charge(slice));
      if (step.done === true) return step.value;
    }
  }
}

/**
 * A call with at least this many bytes of data is followed by a garbage collection. Otherwise the runtime's own copies for several
 * calls exist at the same time, which took a process over its bound. A collection takes some 75 ms, which only large calls pay.
 */
const WORTH_COLLECTING = 4 * 1024 * 1024;

/** Frees memory at once: garbage of this size would pile up before it is collected. */
function drop(buffers: readonly Uint8Array[]): void {
  for (const { buffer } of buffers) if (buffer instanceof ArrayBuffer) buffer.transfer(0);
}

function failure(thrown: unknown): SubtleResult {
  const { name, message } = toError(thrown);
  return {
    json: JSON.stringify({
      error: message || "the operation failed",
      name: name === "Error" ? "OperationError" : name,
    }),
  };
}

function tooMuch(): DOMException {
  return new DOMException(
    `the calls of a task can hold ${formatSize(MAX_CALL_BYTES)} of data at a time, and its memory limit counts too`,
    "QuotaExceededError",
  );
}
