import type { ExecutionLimits } from "../../../domain/limits.ts";
import { heldFor, messageBytes, type SocketEnd, type SocketMessage } from "../../../domain/websocket.ts";
import type { ExecutionPort } from "../../engine/engine-request.ts";
import { memoryStop } from "../../engine/memory-allowance.ts";
import type { SocketAction, SocketEvent } from "../../engine/socket-port.ts";
import { limitStop, Stop } from "../../engine/stop.ts";
import { DELIVERY } from "../../host-operations.ts";
import type { Deliveries } from "./deliveries.ts";
import { failureReport } from "./failure-report.ts";
import type { FetchUsage } from "./fetch-usage.ts";
import type { RequiredMemory } from "./host-memory.ts";
import type { Nondeterminism } from "./journal-keeper.ts";
import { readOpening } from "./socket-opening.ts";

/** What the WebSockets of one execution work with. */
export interface GuestSocketContext {
  limits: ExecutionLimits;
  port: Pick<ExecutionPort, "openSocket">;
  memory: RequiredMemory;
  deliveries: Deliveries;
  source: Pick<Nondeterminism, "hostText">;
  /** What counts against the limits that fetches and WebSockets share. */
  usage: FetchUsage;
  /** Ends the guest, which reached a limit while it waited. */
  stop: (stop: Stop) => void;
}

interface GuestSocket {
  act: (action: SocketAction) => void;
  isOpen: boolean;
  hasEnded: boolean;
  /** How many events the guest got, or will get. */
  events: number;
  /** Bytes to send that were not yet passed to the system. */
  unsent: number;
  /** The same as the guest sees it, since its turn with this number. */
  shown: { turn: number; bytes: number };
  /** How many messages wait to be delivered. */
  waiting: number;
  /** What was delivered and is not yet reported, as it was counted. */
  taken: number;
  /** How many bytes are counted for what arrives, if the connection is counted here. */
  held: number;
}

/** Event numbers are multiples of this, and the number of the socket is added to them. */
const SOCKETS = 2 ** 20;
/** What was delivered is reported when it is this much, in bytes, or when nothing waits any more. */
const REPORTED = 64 * 1024;

/** The WebSockets of one execution. */
export class GuestSockets {
  #sockets: Map<number, GuestSocket> | undefined;
  /** How many are connecting or open. */
  active = 0;
  /** Bytes to send of all of them that were not yet passed to the system. */
  unsent = 0;

  constructor(private readonly context: GuestSocketContext) {}

  /** Is the event with this number still to come? */
  mayDeliver(index: number): boolean {
    const socket = this.#sockets?.get(index % SOCKETS);
    return socket !== undefined && !socket.hasEnded;
  }

  /**
   * Opens a WebSocket.
   * @returns what is wrong with the call, if it can't be carried out
   * @throws {Stop} if the execution has used up its fetches
   */
  open(index: number, json: string): string | undefined {
    const opening = readOpening(json);
    if (typeof opening === "string") return opening;
    this.#sockets ??= new Map();
    const isFree = index >= 0 && index < SOCKETS && Number.isSafeInteger(index) && !this.#sockets.has(index);
    if (!isFree) return "the WebSocket can't be opened";
    const { usage, limits, port } = this.context;
    usage.countCall();
    const counts = { events: 0, unsent: 0, shown: { turn: 0, bytes: 0 }, waiting: 0, taken: 0, held: 0 };
    const socket: GuestSocket = { act: () => undefined, isOpen: false, hasEnded: false, ...counts };
    this.#sockets.set(index, socket);
    this.active += 1;
    socket.act = port.openSocket(
      { ...opening, maxMessageBytes: limits.fetchResponseBytes },
      {
        onEvent: (event) => this.#guarded(socket, () => this.#take(index, socket, event)),
        holds: (bytes) => this.#hold(socket, bytes),
      },
    );
    return undefined;
  }

  /** Returns how many bytes of a message may be sent at most. */
  get room(): number {
    return this.context.limits.fetchTotalBytes;
  }

  /** A message is larger than everything that the execution may send. @throws {Stop} FETCH_LIMIT */
  refuse(bytes: number): void {
    this.context.usage.addBytes(bytes);
  }

  /** @throws {Stop} FETCH_LIMIT, MEMORY_LIMIT */
  send(index: number, message: SocketMessage): void {
    const socket = this.#sockets?.get(index);
    if (socket?.isOpen !== true) return;
    const bytes = messageBytes(message);
    this.context.usage.addBytes(bytes);
    this.context.memory.require(bytes);
    this.#shown(socket);
    socket.shown.bytes += bytes;
    socket.unsent += bytes;
    this.unsent += bytes;
    socket.act({ type: "send", message });
  }

  close(index: number, code: number | undefined, reason: string): void {
    const socket = this.#sockets?.get(index);
    if (socket === undefined || socket.hasEnded) return;
    if (socket.isOpen) return socket.act({ type: "close", code, reason });
    socket.act({ type: "leave" });
    const problem = "the WebSocket was closed before the connection was established";
    this.#end(index, socket, { code: 1006, reason: "", wasClean: false, problem });
  }

  /** Returns how many bytes of a socket's messages were not sent when the guest's turn began, and since. It goes into a recording. */
  buffered(index: number): number {
    const socket = this.#sockets?.get(index);
    return Number(this.context.source.hostText(() => String(socket === undefined ? 0 : this.#shown(socket))));
  }

  /** Ends all of them. Nothing is delivered any more. */
  closeAll(): void {
    // The last ones first: one that waits for a connection must not get that of an earlier one.
    for (const socket of [...(this.#sockets?.values() ?? [])].reverse()) {
      if (!socket.hasEnded) socket.act({ type: "leave" });
      socket.hasEnded = true;
    }
  }

  /** A limit that is reached while the guest waits ends it. */
  #guarded(socket: GuestSocket, work: () => void): void {
    if (socket.hasEnded) return;
    try {
      work();
    } catch (error) {
      if (!(error instanceof Stop)) throw error;
      this.#abandon(socket, error);
    }
  }

  #take(index: number, socket: GuestSocket, event: SocketEvent): void {
    switch (event.type) {
      case "open":
        socket.isOpen = true;
        return this.#push(index, socket, { text: `o${JSON.stringify([event.protocol, event.extensions])}` });
      case "messages":
        for (const message of event.messages) this.#arrived(index, socket, message);
        return;
      case "sent":
        return this.#sent(socket, event.bytes);
      case "ended":
        if (event.end.tooLarge === true) throw this.#tooLarge();
        return this.#end(index, socket, event.end);
      case "failed":
        if (event.kind === "too-large") throw this.#tooLarge();
        return this.#end(index, socket, { code: 1006, reason: "", wasClean: false, problem: event.message }, event);
      case "no-room":
        throw memoryStop(event.refusal, this.context.limits);
    }
  }

  /** What the guest sees of the bytes to send does not fall during its turn. */
  #shown(socket: GuestSocket): number {
    const { turn } = this.context.deliveries;
    if (socket.shown.turn !== turn) socket.shown = { turn, bytes: socket.unsent };
    return socket.shown.bytes;
  }

  #tooLarge(): Stop {
    const limit = this.context.limits.fetchResponseBytes;
    return limitStop({ code: "FETCH_LIMIT", what: "a WebSocket message", limit, unit: "bytes" });
  }

  #arrived(index: number, socket: GuestSocket, message: SocketMessage): void {
    this.context.usage.addBytes(messageBytes(message));
    socket.waiting += 1;
    const delivered = () => {
      socket.waiting -= 1;
      socket.taken += heldFor(message);
      if (socket.hasEnded || (socket.waiting > 0 && socket.taken < REPORTED)) return;
      socket.act({ type: "took", bytes: socket.taken });
      socket.taken = 0;
    };
    this.#push(
      index,
      socket,
      typeof message === "string" ? { text: `t${message}`, delivered } : { bytes: message, delivered },
    );
  }

  #sent(socket: GuestSocket, bytes: number): void {
    socket.unsent -= bytes;
    this.unsent -= bytes;
    this.context.memory.release(bytes);
    // The task may have ended, and have waited only for this.
    if (this.unsent === 0) this.context.deliveries.look();
  }

  /** @param failure why the handshake failed */
  #end(index: number, socket: GuestSocket, end: SocketEnd, failure?: Parameters<typeof failureReport>[0]): void {
    // Each event has a turn of its own, so that the guest's promises go on in between.
    if (end.problem !== undefined) {
      const report = failure === undefined ? undefined : failureReport(failure);
      this.#push(index, socket, { text: `e${JSON.stringify({ problem: end.problem, report })}` });
    }
    const { code, reason, wasClean } = end;
    this.#push(index, socket, { text: `c${JSON.stringify({ code, reason, wasClean })}` });
    this.#forget(socket);
  }

  #abandon(socket: GuestSocket, stop: Stop): void {
    socket.act({ type: "leave" });
    this.#forget(socket);
    this.context.stop(stop);
  }

  /** Nothing comes from the connection any more. */
  #forget(socket: GuestSocket): void {
    socket.hasEnded = true;
    socket.isOpen = false;
    this.active -= 1;
    this.context.memory.release(socket.held);
    socket.held = 0;
    if (socket.unsent > 0) this.#sent(socket, socket.unsent);
  }

  #push(
    index: number,
    socket: GuestSocket,
    content: { text?: string; bytes?: Uint8Array; delivered?: () => void },
  ): void {
    const number = socket.events++;
    this.context.deliveries.push({ kind: DELIVERY.socket, index: number * SOCKETS + index, ...content });
  }

  /** Counts what a connection on this thread holds. A pool counts by itself. */
  #hold(socket: GuestSocket, bytes: number): Promise<void> | undefined {
    if (socket.hasEnded) return undefined;
    const more = bytes - socket.held;
    if (more > 0 && !this.context.memory.hold(more)) {
      const stop = memoryStop("limit", this.context.limits);
      this.context.stop(stop);
      return Promise.reject(stop);
    }
    if (more < 0) this.context.memory.release(-more);
    socket.held = bytes;
    return undefined;
  }
}
