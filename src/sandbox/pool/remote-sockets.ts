import type { SocketAction, SocketEvent, SocketOpening, SocketOwner } from "../engine/socket-port.ts";
import type { WorkerOutbox } from "./worker-outbox.ts";

/** The WebSockets of one execution, on the Worker's side: the pool carries them. */
export class RemoteSockets {
  readonly #events = new Map<number, SocketOwner["onEvent"]>();
  #lastCall = 0;

  /** @param id the execution's */
  constructor(
    private readonly id: number,
    private readonly outbox: WorkerOutbox,
  ) {}

  /** Opens one. @returns a function that carries out the actions on it */
  open(opening: SocketOpening, onEvent: SocketOwner["onEvent"]): (action: SocketAction) => void {
    const { id, outbox } = this;
    const call = ++this.#lastCall;
    this.#events.set(call, onEvent);
    outbox.post({ type: "socket", id, call, action: { type: "open", opening } });
    return (action) => outbox.post({ type: "socket", id, call, action });
  }

  /** Something has happened to one of them. */
  take(call: number, event: SocketEvent): void {
    this.#events.get(call)?.(event);
  }
}
