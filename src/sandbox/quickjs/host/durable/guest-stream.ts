import { DURABLE_LIMITS } from "../../../../domain/durable.ts";
import { limitStop } from "../../../engine/stop.ts";
import { DELIVERY, DURABLE_DELIVERY } from "../../../host-operations.ts";
import type { DurableAtRest, GuestDurableContext } from "./durable-context.ts";

/** What the stream of a run works with. */
type GuestStreamContext = Pick<GuestDurableContext, "start" | "slept" | "memory" | "deliveries" | "outputBytes">;

/** The items of a run's stream, as the guest writes them and as they are received and taken. */
export class GuestStream {
  #written: number;
  #taken: number;
  /** What waits for the reader: the number and the size of each item, bytes. */
  #waiting: { item: number; bytes: number }[] = [];
  #waitingBytes = 0;
  /** Nobody reads the stream any more. */
  #isUnread = false;
  /** The run was cancelled, and the guest does not know it yet. */
  #isUntold = false;
  /** The guest waits for room. */
  waitsForRoom: boolean;

  /** @param send sends an item to the host of the run */
  constructor(
    private readonly context: GuestStreamContext,
    private readonly send: (item: number, json: string) => void,
  ) {
    const { slept, start } = context;
    const { items: received = 0, taken = received } = start;
    const { written = 0, untaken = [], waitsForRoom = false } = slept ?? {};
    this.#written = written;
    this.#taken = taken;
    const first = written - untaken.length;
    for (const [index, bytes] of untaken.entries()) if (first + index >= taken) this.#wait(first + index, bytes);
    this.waitsForRoom = waitsForRoom;
    this.#tell();
  }

  /** What is kept while the guest sleeps. */
  rest(): Pick<DurableAtRest, "written" | "untaken" | "waitsForRoom"> {
    const untaken = this.#waiting.map(({ bytes }) => bytes);
    return {
      written: this.#written,
      ...(untaken.length > 0 && { untaken }),
      ...(this.waitsForRoom && { waitsForRoom: true }),
    };
  }

  /** How many items are taken. */
  get taken(): number {
    return this.#taken;
  }

  /**
   * The guest writes its next item.
   * @returns what OPERATION.writeItem says
   * @throws {Stop} OUTPUT_LIMIT, MEMORY_LIMIT
   */
  write(json: string): 0 | 1 | 2 {
    const { outputBytes: limit, start } = this.context;
    const bytes = Buffer.byteLength(json);
    if (bytes > limit) throw limitStop({ code: "OUTPUT_LIMIT", what: "an item", limit, unit: "bytes", value: bytes });
    const item = this.#written++;
    // The host has those that are repeated.
    const isNew = item >= (start.items ?? 0);
    if (item >= this.#taken && !this.#isUnread) this.#wait(item, bytes);
    if (isNew) this.send(item, json);
    // One that only writes would not learn that its run was cancelled, if it had no reason to wait.
    if (this.#isUntold) return 0;
    // Code that is repeated goes on until it is where it was.
    if (this.#isUnread) return isNew ? 2 : 1;
    this.waitsForRoom = this.#isFull;
    return this.waitsForRoom ? 0 : 1;
  }

  /** The run was cancelled. @returns what to call when the guest has been told: what waits for room is rejected then */
  cancel(): () => void {
    this.waitsForRoom = false;
    this.#isUntold = true;
    return () => {
      this.#isUntold = false;
    };
  }

  /** Items before this number are taken. */
  take(next: number): void {
    this.#release(next);
    this.#tell();
  }

  /** Nobody reads any more: nothing waits. */
  leave(): void {
    this.#isUnread = true;
    this.take(this.#written);
  }

  get #isFull(): boolean {
    const { streamItems, streamBytes } = DURABLE_LIMITS;
    return this.#waiting.length >= streamItems || this.#waitingBytes > streamBytes;
  }

  #tell(): void {
    if (!this.waitsForRoom || this.#isFull) return;
    this.waitsForRoom = false;
    const { room, unread } = DURABLE_DELIVERY;
    this.context.deliveries.push({ kind: DELIVERY.durable, index: this.#isUnread ? unread : room });
  }

  #release(next: number): void {
    this.#taken = Math.max(this.#taken, next);
    let released = 0;
    let bytes = 0;
    for (const one of this.#waiting) {
      if (one.item >= this.#taken) break;
      released += 1;
      bytes += one.bytes;
    }
    if (released === 0) return;
    this.#waiting = this.#waiting.slice(released);
    this.#waitingBytes -= bytes;
    this.context.memory.release(bytes);
  }

  #wait(item: number, bytes: number): void {
    this.context.memory.require(bytes);
    this.#waiting.push({ item, bytes });
    this.#waitingBytes += bytes;
  }
}
