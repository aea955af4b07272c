import type { DurableMessage, DurableResult } from "../../../../domain/durable.ts";
import type { Stop } from "../../../engine/stop.ts";
import { DELIVERY, DURABLE_DELIVERY } from "../../../host-operations.ts";
import type { Deliveries } from "../deliveries.ts";
import type { RequiredMemory } from "../host-memory.ts";

/** What rows of the input are read with. */
export interface GuestRowsContext {
  /** The input of the run is a stream of rows. */
  hasRows: boolean;
  send: (message: DurableMessage) => void;
  deliveries: Deliveries;
  memory: RequiredMemory;
  /** Ends the guest, which reached a limit while it waited. */
  stop: (stop: Stop) => void;
}

/** The rows of a run's input, which the guest asks for as it needs them. */
export class GuestRows {
  /** The number of the row that the guest waits for; undefined if it waits for none. */
  waitsFor: number | undefined;

  constructor(readonly context: GuestRowsContext) {}

  /** Asks for the next rows. @param from how many the guest has had @returns what is wrong, if anything */
  ask(from: number): string | undefined {
    const { hasRows, send } = this.context;
    if (!hasRows) return "the input is not a stream of rows";
    this.waitsFor = from;
    send({ type: "read", from });
    return undefined;
  }

  /** Rows have arrived. */
  take(result: DurableResult): void {
    if (this.waitsFor === undefined) return;
    this.waitsFor = undefined;
    const { deliveries, memory, stop } = this.context;
    const text = result.ok ? `+${result.json ?? ""}` : `-${JSON.stringify(result.error)}`;
    const tooMuch = memory.take(text.length);
    const delivered = () => memory.release(text.length);
    deliveries.push({ kind: DELIVERY.durable, index: DURABLE_DELIVERY.rows, text, delivered });
    if (tooMuch !== undefined) stop(tooMuch);
  }

  /** The task takes no more rows. */
  close(rows: number): void {
    const { hasRows, send } = this.context;
    if (hasRows) send({ type: "close", rows });
  }

  cancel(): void {
    this.waitsFor = undefined;
  }
}
