import { HttpFailure, type HttpRequest } from "../../../domain/http.ts";
import type { ExecutionLimits } from "../../../domain/limits.ts";
import { toHttpFailure } from "../../../domain/unknown-error.ts";
import type { ExecutionPort } from "../../engine/engine-request.ts";
import { limitStop, Stop } from "../../engine/stop.ts";
import { DELIVERY } from "../../host-operations.ts";
import type { Deliveries } from "./deliveries.ts";
import { readFetchHead } from "./fetch-head.ts";
import type { RequiredMemory } from "./host-memory.ts";

/** The memory of a body with at least this many bytes is freed at once. */
const WORTH_FREEING = 64 * 1024;

interface GuestFetch {
  abort: AbortController;
  /** The response's head or the failure as JSON, once the call has ended. */
  report: string | undefined;
  /** Undefined before the body has arrived, and once the guest has it. */
  body: Uint8Array | undefined;
  ended: Promise<void>;
}

/** What the fetches of one execution work with. */
export interface GuestFetchContext {
  limits: ExecutionLimits;
  port: Pick<ExecutionPort, "fetch">;
  memory: RequiredMemory;
  deliveries: Deliveries;
  /** Ends the guest, which reached a limit while it waited. */
  stop: (stop: Stop) => void;
}

/** The fetches of one execution: each is sent when it is called, counted against the limits, and reported once. */
export class GuestFetches {
  readonly #fetches = new Map<number, GuestFetch>();
  #outstanding = 0;
  count = 0;
  /** Some call could not be sent. */
  unsent = false;
  /** The size of all request and response bodies. */
  bytes = 0;

  constructor(private readonly context: GuestFetchContext) {}

  /** How many calls have no response yet. */
  get outstanding(): number {
    return this.#outstanding;
  }

  isOutstanding(index: number): boolean {
    const fetch = this.#fetches.get(index);
    return fetch !== undefined && fetch.report === undefined;
  }

  /**
   * Sends a request.
   * @param readBody returns the body, or its length if that exceeds `maxBytes`
   * @returns what is wrong with the request, if it can't be sent
   * @throws {Stop} if the execution has used up its fetches
   */
  send(
    index: number,
    head: string,
    readBody: (maxBytes: number) => Uint8Array | number | undefined,
  ): string | undefined {
    const checked = readFetchHead(head);
    if (typeof checked === "string") return checked;
    if (!Number.isSafeInteger(index) || this.#fetches.has(index)) return "the request can't be read";
    const { limits, memory } = this.context;
    this.count += 1;
    if (this.count > limits.fetchCount) {
      throw limitStop({ code: "FETCH_LIMIT", what: "the number of fetches", limit: limits.fetchCount, unit: "calls" });
    }
    const body = readBody(limits.fetchTotalBytes - this.bytes);
    const size = typeof body === "number" ? body : (body?.length ?? 0);
    this.#addBytes(size);
    memory.require(size);
    const request: HttpRequest = {
      ...checked,
      body: body instanceof Uint8Array ? body : null,
      maxResponseBytes: limits.fetchResponseBytes,
    };
    const abort = new AbortController();
    this.#outstanding += 1;
    const fetch: GuestFetch = { abort, report: undefined, body: undefined, ended: Promise.resolve() };
    this.#fetches.set(index, fetch);
    fetch.ended = this.#exchange(index, fetch, request).finally(() => memory.release(size));
    return undefined;
  }

  /** Returns the report of a call, or a promise of it. */
  report(index: number): string | Promise<string> {
    const fetch = this.#fetches.get(index);
    if (fetch === undefined) return JSON.stringify({ failure: "network", message: "there is no such call" });
    if (fetch.report === undefined) return fetch.ended.then(() => this.#consume(index, fetch));
    return this.#consume(index, fetch);
  }

  /** Returns the body of a response, or undefined if the response has no body or it was dropped. */
  body(index: number): Uint8Array | undefined {
    return this.#fetches.get(index)?.body;
  }

  /** Lets go of a body, because the guest has it. */
  dropBody(index: number): void {
    const fetch = this.#fetches.get(index);
    if (fetch?.body === undefined) return;
    this.context.memory.release(fetch.body.length);
    giveBack(fetch.body);
    fetch.body = undefined;
  }

  abort(index: number): void {
    this.#fetches.get(index)?.abort.abort();
  }

  /** Ends everything under way and lets go of all bodies. Nothing is delivered any more. */
  abortAll(): void {
    for (const [index, { abort, report }] of this.#fetches) {
      if (report === undefined) abort.abort();
      else this.dropBody(index);
    }
  }

  #consume(index: number, fetch: GuestFetch): string {
    this.context.deliveries.take(DELIVERY.fetch, index);
    return fetch.report ?? "";
  }

  async #exchange(index: number, fetch: GuestFetch, request: HttpRequest): Promise<void> {
    const { deliveries } = this.context;
    const sentAt = deliveries.now();
    try {
      const { body, ...head } = await this.context.port.fetch(request, fetch.abort.signal);
      fetch.body = body;
      const tooMuch = this.context.memory.take(body.length);
      if (tooMuch !== undefined) throw tooMuch;
      this.#addBytes(body.length);
      const { status, statusText, url, redirected, headers, timing } = head;
      if (timing !== undefined) deliveries.passed(sentAt + timing.waitMs);
      fetch.report = JSON.stringify({ status, statusText, url, redirected, headers });
    } catch (error) {
      fetch.report = this.#failureReport(error);
    }
    this.#outstanding -= 1;
    deliveries.push({ kind: DELIVERY.fetch, index, text: fetch.report });
  }

  #failureReport(error: unknown): string {
    const { limits, stop } = this.context;
    if (error instanceof HttpFailure && error.kind === "too-large") {
      const limit = limits.fetchResponseBytes;
      stop(limitStop({ code: "FETCH_LIMIT", what: "a response body", limit, unit: "bytes" }));
    }
    if (error instanceof Stop) stop(error);
    const { kind, message, code } = toHttpFailure(error);
    return JSON.stringify({ failure: kind, message, code });
  }

  #addBytes(bytes: number): void {
    this.bytes += bytes;
    const limit = this.context.limits.fetchTotalBytes;
    if (this.bytes <= limit) return;
    const what = "the sum of request and response bodies";
    throw limitStop({ code: "FETCH_LIMIT", what, limit, unit: "bytes", value: this.bytes });
  }
}

/** Frees the memory of a large body now: garbage of this size would pile up before it is collected. */
function giveBack({ buffer, byteLength }: Uint8Array): void {
  const whole = buffer instanceof ArrayBuffer && buffer.byteLength === byteLength;
  if (whole && byteLength >= WORTH_FREEING) buffer.transfer(0);
}
