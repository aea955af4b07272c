import type { HttpRequest, HttpResponse, HttpSend } from "../../domain/http.ts";
import { toHttpFailure } from "../../domain/unknown-error.ts";
import type { AccountShare } from "./budget.ts";
import type { ToWorker } from "./protocol.ts";
import { NoRoom, type WaitingRoom } from "./waiting-room.ts";

/** What the pool carries out fetches with. */
export interface CarriedFetchesOptions {
  /** The id of the execution. */
  id: number;
  send: HttpSend;
  /** The pool's share of the execution's account. */
  share: AccountShare;
  room: WaitingRoom;
  /** The largest size of all bodies of the execution together, bytes. */
  totalBytes: number;
  /** How much room a body gets at most before it is known to need it, bytes. */
  mostAhead: number;
  post: (message: ToWorker) => void;
}

interface Exchange {
  abort: AbortController;
  /** How many bytes of the body have arrived. */
  received: number;
  /** How many bytes are counted for the body. */
  held: number;
  /** The largest size that the body may have, bytes. */
  most: number;
  /** The body has room for all that it is expected to need. */
  provided: boolean;
}

/** This many bytes of a body never wait for room: most responses are smaller. */
const NEVER_WAITS = 64 * 1024;
/**
 * A longer body gets room for all of it before it goes on, because bodies that each had a part could wait for each other. A body
 * that does not announce its size gets this many bytes, and if it is longer, as many as it may have.
 */
const FIRST_PART = 1024 * 1024;

/**
 * The fetches of one execution, on the pool's side. Each part of a response is counted when it arrives. If there is no room for
 * more, the exchange waits, and so does the server on the other end. The bodies of one execution get their room together, as if
 * all were as large as the first, because executions that each had a part of what they need could wait for each other.
 */
export class CarriedFetches {
  /** When the execution was passed to its thread, ms. */
  readonly #age = performance.now();
  readonly #exchanges = new Map<number, Exchange>();
  #held = 0;
  /** How many bytes are drawn for bodies that will arrive. */
  #ahead = 0;
  #closed = false;

  constructor(private readonly options: CarriedFetchesOptions) {}

  /** Sends a request, and posts to the Worker how it ended. */
  async start(call: number, request: HttpRequest): Promise<void> {
    const { id, send, post } = this.options;
    const most = request.maxResponseBytes ?? Number.POSITIVE_INFINITY;
    const exchange: Exchange = { abort: new AbortController(), received: 0, held: 0, most, provided: false };
    this.#exchanges.set(call, exchange);
    let noRoom: NoRoom | undefined;
    const reserve = (bytes: number, expected?: number) =>
      this.#reserve(exchange, bytes, expected)?.catch((error: unknown) => {
        if (error instanceof NoRoom) noRoom = error;
        throw error;
      });
    try {
      const response = await send({ ...request, reserve }, exchange.abort.signal);
      const { byteLength } = response.body;
      // Not every layer below counts: a layer that responds by itself already has the body.
      if (byteLength > exchange.held) await reserve(byteLength - exchange.received, byteLength);
      if (!this.#closed) post({ type: "response", id, call, response, units: this.#passOn(exchange, response) });
    } catch (error) {
      this.#count(exchange, 0);
      if (this.#closed) return;
      if (noRoom !== undefined) return post({ type: "no-room", id, call, refusal: noRoom.refusal });
      const { kind, message, code } = toHttpFailure(error);
      post({ type: "failure", id, call, kind, message, code });
    } finally {
      this.#exchanges.delete(call);
      if (this.#ahead > 0 && this.#unprovided() === 0) {
        this.#ahead = 0;
        this.#count(exchange, 0);
      }
    }
  }

  abort(call: number): void {
    this.#exchanges.get(call)?.abort.abort();
  }

  /** Ends everything under way. Nothing is posted or counted from now on. */
  close(): void {
    this.#closed = true;
    for (const { abort } of this.#exchanges.values()) abort.abort();
  }

  #reserve(exchange: Exchange, bytes: number, expected = 0): Promise<void> | undefined {
    exchange.received += bytes;
    const { received } = exchange;
    this.options.room.progress();
    if (this.#closed || received <= exchange.held) return undefined;
    if (received <= NEVER_WAITS) {
      this.#count(exchange, received);
      return undefined;
    }
    const { share, room, totalBytes, mostAhead } = this.options;
    const guess = received <= expected ? expected : received <= FIRST_PART ? FIRST_PART : exchange.most;
    const whole = Math.max(received, Math.min(guess, exchange.most, mostAhead));
    const use = (wanted: number, ahead: number) => {
      const refusal = share.use(this.#held + wanted - exchange.held + ahead);
      if (refusal !== undefined) return refusal;
      this.#ahead = ahead;
      exchange.provided = true;
      this.#count(exchange, wanted);
      return undefined;
    };
    const attempt = () => {
      const others = this.#unprovided() - (exchange.provided ? 0 : 1);
      const refusal = use(whole, Math.min(others * whole, totalBytes, mostAhead));
      // The execution's own bodies can share its allowance as they come.
      return refusal === "limit" ? use(received, 0) : refusal;
    };
    if (attempt() === undefined) return undefined;
    return room.wait({ attempt, held: share.total, age: this.#age, signal: exchange.abort.signal });
  }

  #passOn(exchange: Exchange, { body }: HttpResponse): number {
    this.#count(exchange, body.byteLength);
    this.#held -= body.byteLength;
    exchange.held = 0;
    return this.options.share.pass(body.byteLength);
  }

  #unprovided(): number {
    let count = 0;
    for (const { provided } of this.#exchanges.values()) if (!provided) count += 1;
    return count;
  }

  /** The exchange holds this many bytes from now on. */
  #count(exchange: Exchange, bytes: number): void {
    if (this.#closed) return;
    this.#held += bytes - exchange.held;
    exchange.held = bytes;
    this.options.share.take(this.#held + this.#ahead);
  }
}
