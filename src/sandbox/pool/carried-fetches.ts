import type { HttpBodyReader, HttpRequest, HttpSend } from "../../domain/http.ts";
import { toHttpFailure } from "../../domain/unknown-error.ts";
import { collectBody } from "../../http/body-reader.ts";
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
  /** Takes room for a part of the body that has arrived. */
  reserve: (bytes: number, expected?: number) => Promise<void> | undefined;
  /** There was no room for more of the body. */
  noRoom: NoRoom | undefined;
  /** Waits for a piece of the request's body. */
  wanted: PromiseWithResolvers<Uint8Array | undefined> | undefined;
  /** The body, while the guest reads it as it arrives. */
  stream: HttpBodyReader | undefined;
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
  async start(call: number, request: HttpRequest, uploads: boolean): Promise<void> {
    const { id, send, post } = this.options;
    const exchange = this.#open(call, request);
    const { reserve } = exchange;
    try {
      const { stream, ...response } = await send(
        this.#withUpload(call, { ...request, reserve }, uploads),
        exchange.abort.signal,
      );
      if (stream !== undefined) {
        exchange.stream = stream;
        if (this.#closed) return stream.cancel();
        return post({ type: "response", id, call, response, open: true, units: 0 });
      }
      const { byteLength } = response.body;
      // Not every layer below counts: a layer that responds by itself already has the body.
      if (byteLength > exchange.held) await reserve(byteLength - exchange.received, byteLength);
      if (!this.#closed) {
        const units = this.#passOn(exchange, byteLength);
        post({ type: "response", id, call, response, open: false, units });
      }
    } catch (error) {
      this.#reportFailure(call, exchange, error);
    }
    this.#end(call);
  }

  /** Reads the next piece of an open body, or all that is left of it, and posts it to the Worker. */
  async read(call: number, all: boolean): Promise<void> {
    const { id, post } = this.options;
    const exchange = this.#exchanges.get(call);
    const stream = exchange?.stream;
    if (exchange === undefined || stream === undefined) return;
    try {
      const piece = all ? await this.#collect(exchange, stream) : await stream.read();
      if (this.#closed) return;
      if (piece !== undefined) {
        // What was counted as it arrived is counted for the Worker now.
        this.#count(exchange, piece.byteLength);
        post({ type: "piece", id, call, piece: owned(piece), units: this.#passOn(exchange, piece.byteLength) });
      }
      if (piece !== undefined && !all) return;
      if (piece === undefined) post({ type: "piece", id, call, piece: undefined, units: 0 });
    } catch (error) {
      this.#reportFailure(call, exchange, error);
    }
    this.#end(call);
  }

  /** The Worker has sent the piece of a request's body that was asked for. */
  upload(call: number, piece: Uint8Array | undefined): void {
    const exchange = this.#exchanges.get(call);
    exchange?.wanted?.resolve(piece);
  }

  abort(call: number): void {
    const exchange = this.#exchanges.get(call);
    if (exchange === undefined) return;
    exchange.abort.abort();
    if (exchange.stream === undefined) return;
    exchange.stream.cancel();
    this.#count(exchange, 0);
    this.#end(call);
  }

  /** Ends everything under way. Nothing is posted or counted from now on. */
  close(): void {
    this.#closed = true;
    for (const { abort, stream } of this.#exchanges.values()) {
      abort.abort();
      stream?.cancel();
    }
  }

  #open(call: number, { maxResponseBytes: most = Number.POSITIVE_INFINITY }: HttpRequest): Exchange {
    const exchange: Exchange = {
      abort: new AbortController(),
      ...{ received: 0, held: 0, most, provided: false, noRoom: undefined, wanted: undefined, stream: undefined },
      reserve: (bytes, expected) =>
        this.#reserve(exchange, bytes, expected)?.catch((error: unknown) => {
          if (error instanceof NoRoom) exchange.noRoom = error;
          throw error;
        }),
    };
    this.#exchanges.set(call, exchange);
    return exchange;
  }

  #withUpload(call: number, request: HttpRequest, uploads: boolean): HttpRequest {
    const exchange = this.#exchanges.get(call);
    if (!uploads || exchange === undefined) return request;
    const { id, post } = this.options;
    const { signal } = exchange.abort;
    signal.addEventListener("abort", () => exchange.wanted?.reject(signal.reason), { once: true });
    request.upload = {
      read: () => {
        exchange.wanted = Promise.withResolvers();
        if (signal.aborted) exchange.wanted.reject(signal.reason);
        else post({ type: "wanted", id, call });
        return exchange.wanted.promise;
      },
      cancel: () => undefined,
    };
    return request;
  }

  #collect(exchange: Exchange, stream: HttpBodyReader): Promise<Uint8Array> {
    exchange.received = 0;
    return collectBody(stream, { limit: exchange.most, reserve: exchange.reserve });
  }

  #reportFailure(call: number, exchange: Exchange, error: unknown): void {
    const { id, post } = this.options;
    this.#count(exchange, 0);
    if (this.#closed) return;
    const { noRoom } = exchange;
    if (noRoom !== undefined) return post({ type: "no-room", id, call, refusal: noRoom.refusal });
    const { kind, message, facts } = toHttpFailure(error);
    post({ type: "failure", id, call, kind, message, facts });
  }

  #end(call: number): void {
    const exchange = this.#exchanges.get(call);
    this.#exchanges.delete(call);
    if (exchange === undefined || this.#ahead === 0 || this.#unprovided() > 0) return;
    this.#ahead = 0;
    this.#count(exchange, 0);
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

  #passOn(exchange: Exchange, bytes: number): number {
    this.#count(exchange, bytes);
    this.#held -= bytes;
    exchange.held = 0;
    return this.options.share.pass(bytes);
  }

  #unprovided(): number {
    let count = 0;
    for (const { provided, stream } of this.#exchanges.values()) if (!provided && stream === undefined) count += 1;
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

/** Returns a piece whose memory has nothing else in it, so that it can be posted. */
function owned(piece: Uint8Array): Uint8Array {
  return piece.byteLength === piece.buffer.byteLength ? piece : piece.slice();
}
