import type { DurableEvent } from "../../domain/durable.ts";
import type { LogEntry } from "../../domain/execution.ts";
import type { HttpRequest } from "../../domain/http.ts";
import { piecesOf } from "../../lib/text-pieces.ts";
import type { DurablePort, ExecutionPort, FetchedResponse } from "../engine/engine-request.ts";
import { memoryAllowance } from "../engine/memory-allowance.ts";
import type { SocketAction, SocketEvent, SocketOpening, SocketOwner } from "../engine/socket-port.ts";
import { type AccountShare, guestShare } from "./budget.ts";
import type { LogCredit } from "./log-credit.ts";
import { accountPlace, BUSY, creditFor, type RunMessage, STATE } from "./protocol.ts";
import { type FetchEvent, RemoteFetches } from "./remote-fetches.ts";
import { RemoteSockets } from "./remote-sockets.ts";
import type { WorkerOutbox } from "./worker-outbox.ts";

/** What the executions of one Worker share. */
export interface RunSurroundings {
  outbox: WorkerOutbox;
  credit: LogCredit;
  /** The Worker's slots. */
  state: Int32Array;
  /** The budget of all Workers. */
  budget: SharedArrayBuffer;
  /** Lets the thread start its next execution. */
  release: () => void;
}

/** A longer message of the console becomes several entries, characters. Its receivers store and show entry by entry. */
const LONGEST_LINE = 64 * 1024;

/** One execution that a Worker carries, as its engine sees it. */
export class CarriedRun implements ExecutionPort {
  readonly #account: AccountShare;
  readonly #fetches: RemoteFetches;
  #sockets: RemoteSockets | undefined;
  #secretsRead: Set<string> | undefined;
  readonly durable: DurablePort | undefined;
  #takeEvent: ((event: DurableEvent) => void) | undefined;
  /** What has happened before the engine listened. */
  #earlyEvents: DurableEvent[] = [];
  readonly #started = performance.now();
  #onCancel: (() => void) | undefined;
  #waited = false;
  #ended = false;

  constructor(
    private readonly message: RunMessage,
    private readonly surroundings: RunSurroundings,
  ) {
    const { state, budget } = surroundings;
    this.#account = guestShare(budget, accountPlace(state, message.slot), memoryAllowance(message.request.limits));
    const { limits } = message.request;
    this.#fetches = new RemoteFetches(message.id, surroundings.outbox, limits);
    if (message.request.durable !== undefined) this.durable = this.#durablePort();
    Atomics.store(state, BUSY, message.id);
  }

  fetch(request: HttpRequest, signal: AbortSignal): Promise<FetchedResponse> {
    return this.#fetches.start(request, signal);
  }

  openSocket(opening: SocketOpening, { onEvent }: SocketOwner): (action: SocketAction) => void {
    this.#sockets ??= new RemoteSockets(this.message.id, this.surroundings.outbox);
    return this.#sockets.open(opening, onEvent);
  }

  /** Something has happened to a WebSocket. */
  socketEvent(call: number, event: SocketEvent): void {
    this.#sockets?.take(call, event);
  }

  /** Something has happened to a durable run. */
  durableEvent(event: DurableEvent): void {
    if (this.#takeEvent === undefined) this.#earlyEvents.push(event);
    else this.#takeEvent(event);
  }

  log(entry: LogEntry): Promise<void> | undefined {
    return entry.message.length <= LONGEST_LINE ? this.#postLine(entry) : this.#postPieces(entry);
  }

  progress(json: string): Promise<void> | undefined {
    this.surroundings.outbox.post({ type: "progress", id: this.message.id, json });
    return this.#spend(creditFor(json));
  }

  secretRead(name: string): void {
    this.#secretsRead ??= new Set();
    if (this.#secretsRead.has(name)) return;
    this.#secretsRead.add(name);
    this.surroundings.outbox.post({ type: "secret", id: this.message.id, name });
  }

  cancelled(): boolean {
    // This is the one moment in a long computation when the host's code runs, so nothing gathered waits for its end.
    this.surroundings.outbox.flush();
    return Atomics.load(this.surroundings.state, this.message.slot) === STATE.cancelled;
  }

  onCancel(callback: () => void): () => void {
    this.#onCancel = callback;
    return () => {
      this.#onCancel = undefined;
    };
  }

  resumes(): void {
    Atomics.compareExchange(this.surroundings.state, this.message.slot, STATE.waiting, STATE.begun);
  }

  waits(): void {
    const { state, outbox, release } = this.surroundings;
    const { id, slot } = this.message;
    Atomics.compareExchange(state, slot, STATE.begun, STATE.waiting);
    if (this.#waited) return;
    this.#waited = true;
    Atomics.store(state, BUSY, 0);
    outbox.post({ type: "waits", id, busyMs: performance.now() - this.#started });
    outbox.flush();
    release();
  }

  useMemory(bytes: number): ReturnType<ExecutionPort["useMemory"]> {
    return this.#account.use(bytes);
  }

  takeMemory(bytes: number): void {
    this.#account.take(bytes);
  }

  /** The pool has cancelled the execution. */
  cancel(): void {
    this.#onCancel?.();
  }

  /** Something has happened to a fetch. */
  settle(event: FetchEvent): void {
    if ("units" in event) this.#account.adopt(event.units);
    this.#fetches.settle(event);
  }

  /** The execution has ended: the thread is free, if it was not before. */
  end(): void {
    this.#ended = true;
    if (!this.#waited) Atomics.store(this.surroundings.state, BUSY, 0);
  }

  /** An execution that waited ends while the thread may have nothing else to do, so its last messages go at once. */
  get hasWaited(): boolean {
    return this.#waited;
  }

  #durablePort(): DurablePort {
    const { id } = this.message;
    return {
      listen: (take) => {
        this.#takeEvent = take;
        for (const event of this.#earlyEvents.splice(0)) take(event);
      },
      send: (message, seed) => this.surroundings.outbox.post({ type: "durable", id, message, seed }),
    };
  }

  #postLine(entry: LogEntry): Promise<void> | undefined {
    this.surroundings.outbox.post({ type: "log", id: this.message.id, entry });
    return this.#spend(creditFor(entry.message));
  }

  /** The next piece of a long message is only posted when there is credit for it. */
  async #postPieces(entry: LogEntry): Promise<void> {
    for (const { text, separator } of piecesOf(entry.message, LONGEST_LINE)) {
      if (this.#ended) return;
      const piece = { ...entry, message: text };
      this.surroundings.outbox.post({ type: "log", id: this.message.id, entry: piece, separator });
      await this.#spend(creditFor(text));
    }
  }

  #spend(size: number): Promise<void> | undefined {
    const pending = this.surroundings.credit.spend(size);
    if (pending !== undefined) this.surroundings.outbox.flush();
    return pending;
  }
}
