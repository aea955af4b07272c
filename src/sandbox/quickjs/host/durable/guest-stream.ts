import { DURABLE_LIMITS } from "../../../../domain/durable.ts";
import { limitStop } from "../../../engine/stop.ts";
import type { RequiredMemory } from "../host-memory.ts";

/** What the stream of a run works with. */
export interface GuestStreamContext {
  memory: RequiredMemory;
  /** The largest item, bytes of JSON. */
  itemBytes: number;
  /** Items before this number were received before. */
  received: number;
  /** How many items the guest has written before. @default 0 */
  written?: number | undefined;
}

/** The items of a run's stream, as the guest writes them and as they are received. */
export class GuestStream {
  #written: number;
  #received: number;
  /** What waits for the reader: the number and the size of each item, bytes. */
  readonly #waiting: { item: number; bytes: number }[] = [];
  #waitingBytes = 0;

  constructor(private readonly context: GuestStreamContext) {
    this.#written = context.written ?? 0;
    this.#received = context.received;
  }

  /** How many items the guest has written. */
  get written(): number {
    return this.#written;
  }

  /** Does nothing wait for the reader? */
  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /**
   * The guest writes its next item.
   * @returns its number, unless the host has it already; and whether the guest has to wait before it writes another one
   * @throws {Stop} OUTPUT_LIMIT, MEMORY_LIMIT
   */
  write(json: string): { send: number | undefined; isFull: boolean } {
    const { memory, itemBytes: limit } = this.context;
    const bytes = Buffer.byteLength(json);
    if (bytes > limit) throw limitStop({ code: "OUTPUT_LIMIT", what: "an item", limit, unit: "bytes", value: bytes });
    const item = this.#written++;
    if (item < this.#received) return { send: undefined, isFull: false };
    memory.require(bytes);
    this.#waiting.push({ item, bytes });
    this.#waitingBytes += bytes;
    return { send: item, isFull: this.#waitingBytes > DURABLE_LIMITS.streamBytes };
  }

  /** Items before this number were received. @returns true if there is room for more */
  received(next: number): boolean {
    this.#received = Math.max(this.#received, next);
    for (let first = this.#waiting[0]; first !== undefined && first.item < this.#received; first = this.#waiting[0]) {
      this.#waiting.shift();
      this.#waitingBytes -= first.bytes;
      this.context.memory.release(first.bytes);
    }
    return this.#waitingBytes <= DURABLE_LIMITS.streamBytes;
  }
}
