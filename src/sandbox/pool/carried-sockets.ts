import type { HttpSend } from "../../domain/http.ts";
import { linkSocket, type SocketAction, type SocketEvent, type SocketOpening } from "../engine/socket-port.ts";
import type { AccountShare } from "./budget.ts";
import type { ToWorker } from "./protocol.ts";
import { NoRoom, type WaitingRoom } from "./waiting-room.ts";

/** What the pool carries WebSockets with. */
export interface CarriedSocketsOptions {
  /** The id of the execution. */
  id: number;
  send: HttpSend;
  /** A share of the execution's account for what arrives. */
  share: AccountShare;
  room: WaitingRoom;
  post: (message: ToWorker) => void;
}

interface Link {
  act: (action: SocketAction) => void;
  /** How many bytes are counted for it. */
  held: number;
  /** Ends a wait for room. */
  ended: AbortController;
}

/** So little never waits for room, in bytes. */
const NEVER_WAITS = 4 * 1024;

/** The WebSockets of one execution, on the pool's side. What arrives is counted until the guest has it. */
export class CarriedSockets {
  readonly #age = performance.now();
  readonly #links = new Map<number, Link>();
  #held = 0;
  #closed = false;

  constructor(private readonly options: CarriedSocketsOptions) {}

  /** Carries out what the guest does, such as to open one. */
  act(call: number, action: SocketAction | { type: "open"; opening: SocketOpening }): void {
    if (action.type === "open") return this.#open(call, action.opening);
    this.#links.get(call)?.act(action);
    if (action.type === "leave") this.#drop(call);
  }

  /** Ends all of them. Nothing is posted or counted from now on. */
  close(): void {
    this.#closed = true;
    // The last ones first: one that waits for a connection must not get that of an earlier one.
    for (const { act, ended } of [...this.#links.values()].reverse()) {
      act({ type: "leave" });
      ended.abort();
    }
    this.#links.clear();
  }

  #open(call: number, opening: SocketOpening): void {
    const link: Link = { act: () => undefined, held: 0, ended: new AbortController() };
    this.#links.set(call, link);
    link.act = linkSocket(this.options.send, opening, {
      onEvent: (event) => this.#pass(call, event),
      holds: (bytes) => this.#hold(call, link, bytes),
    });
  }

  #pass(call: number, event: SocketEvent): void {
    if (this.#closed || !this.#links.has(call)) return;
    const { id, post } = this.options;
    post({ type: "socket", id, call, event });
    if (event.type !== "open" && event.type !== "messages" && event.type !== "sent") this.#drop(call);
  }

  #drop(call: number): void {
    const link = this.#links.get(call);
    if (link === undefined) return;
    this.#links.delete(call);
    link.ended.abort();
    this.#count(link, 0);
  }

  /** Counts what a connection holds, or waits until there is room for it. */
  #hold(call: number, link: Link, bytes: number): Promise<void> | undefined {
    const { share, room } = this.options;
    if (this.#closed || !this.#links.has(call)) return undefined;
    room.progress();
    const attempt = () => {
      const refusal = share.use(this.#held - link.held + bytes);
      if (refusal === undefined) this.#count(link, bytes);
      return refusal;
    };
    if (bytes <= Math.max(link.held, NEVER_WAITS)) this.#count(link, bytes);
    else if (attempt() !== undefined) {
      const waiting = { attempt, held: () => share.total(), age: this.#age, signal: link.ended.signal };
      return room.wait(waiting).catch((error: unknown) => {
        if (error instanceof NoRoom) this.#pass(call, { type: "no-room", refusal: error.refusal });
        throw error;
      });
    }
    return undefined;
  }

  #count(link: Link, bytes: number): void {
    if (this.#closed) return;
    this.#held += bytes - link.held;
    link.held = bytes;
    this.options.share.take(this.#held);
  }
}
