import { type HttpBodyReader, HttpFailure, type HttpRequest } from "../../domain/http.ts";
import type { ExecutionLimits } from "../../domain/limits.ts";
import type { FetchedResponse, FetchedStream } from "../engine/engine-request.ts";
import { memoryStop } from "../engine/memory-allowance.ts";
import type { ToWorker } from "./protocol.ts";
import type { WorkerOutbox } from "./worker-outbox.ts";

/** What the pool says of a fetch. */
export type FetchEvent = Extract<ToWorker, { type: "response" | "piece" | "wanted" | "no-room" | "failure" }>;

/** A fetch that the pool carries out. */
interface RemoteFetch {
  response: PromiseWithResolvers<FetchedResponse>;
  /** What the engine has asked for of the body, until it is there. */
  reading: PromiseWithResolvers<Uint8Array | undefined> | undefined;
  /** The request's body, if it is sent in pieces. */
  upload: HttpBodyReader | undefined;
}

/** The fetches of one execution, on the Worker's side. The pool sends the requests, and keeps what is not read of bodies. */
export class RemoteFetches {
  readonly #fetches = new Map<number, RemoteFetch>();
  #last = 0;

  constructor(
    private readonly id: number,
    private readonly outbox: WorkerOutbox,
    private readonly limits: ExecutionLimits,
  ) {}

  /** Sends a request. @throws {HttpFailure}; {Stop} if there is no memory for the response */
  start(request: HttpRequest, signal: AbortSignal): Promise<FetchedResponse> {
    const { id, outbox } = this;
    const call = ++this.#last;
    const { upload, ...rest } = request;
    outbox.post({ type: "fetch", id, call, request: rest, uploads: upload !== undefined });
    const fetch: RemoteFetch = { response: Promise.withResolvers(), reading: undefined, upload };
    this.#fetches.set(call, fetch);
    signal.addEventListener("abort", () => this.#abort(call), { once: true });
    return fetch.response.promise;
  }

  settle(event: FetchEvent): void {
    const fetch = this.#fetches.get(event.call);
    if (fetch === undefined) return;
    switch (event.type) {
      case "response": {
        const { response, open, call } = event;
        if (!open) this.#fetches.delete(call);
        return fetch.response.resolve(open ? { ...response, stream: this.#streamOf(call, fetch) } : response);
      }
      case "piece":
        return this.#pieceCame(event.call, fetch, event.piece);
      case "wanted":
        return void this.#upload(event.call, fetch);
      case "no-room":
        return this.#fail(event.call, memoryStop(event.refusal, this.limits));
      case "failure":
        return this.#fail(event.call, new HttpFailure(event.kind, event.message, event.facts));
    }
  }

  #streamOf(call: number, fetch: RemoteFetch): FetchedStream {
    const read = (all: boolean): Promise<Uint8Array | undefined> => {
      if (!this.#fetches.has(call)) return Promise.resolve(undefined);
      this.outbox.post({ type: "read", id: this.id, call, all });
      fetch.reading = Promise.withResolvers();
      return fetch.reading.promise;
    };
    return {
      read: () => read(false),
      all: async () => (await read(true)) ?? new Uint8Array(0),
      cancel: () => this.#abort(call),
    };
  }

  async #upload(call: number, { upload }: RemoteFetch): Promise<void> {
    try {
      const piece = await upload?.read();
      this.outbox.post({ type: "upload", id: this.id, call, piece });
    } catch {
      // The call has ended, and the pool knows that.
    }
  }

  #pieceCame(call: number, fetch: RemoteFetch, piece: Uint8Array | undefined): void {
    if (piece === undefined) this.#fetches.delete(call);
    const { reading } = fetch;
    fetch.reading = undefined;
    reading?.resolve(piece);
  }

  #fail(call: number, error: Error): void {
    const fetch = this.#fetches.get(call);
    if (fetch === undefined) return;
    this.#fetches.delete(call);
    fetch.response.reject(error); // without an effect if the response was there
    fetch.reading?.reject(error);
  }

  #abort(call: number): void {
    if (!this.#fetches.has(call)) return;
    this.#fail(call, new HttpFailure("aborted", "the request was aborted"));
    this.outbox.post({ type: "abort", id: this.id, call });
    this.outbox.flush();
  }
}
