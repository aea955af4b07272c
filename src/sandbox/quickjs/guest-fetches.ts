import { HttpFailure, type HttpRequest, type HttpResponse } from "../../domain/http.ts";
import type { ExecutionLimits } from "../../domain/limits.ts";
import { DELIVERY } from "../host-operations.ts";
import type { Deliveries } from "./deliveries.ts";
import type { ExecutionPort } from "./engine-request.ts";
import { readFetchHead } from "./fetch-head.ts";
import { limitStop, type Stop } from "./stop.ts";

interface GuestFetch {
  abort: AbortController;
  /** Head or failure as JSON, once it ended. */
  report: string | undefined;
  response: HttpResponse | undefined;
  ended: Promise<void>;
}

/** The fetches of one execution: sent when they are made, counted against the limits, reported once. */
export class GuestFetches {
  readonly #fetches = new Map<number, GuestFetch>();
  #outstanding = 0;
  count = 0;
  /** Request and response bodies. */
  bytes = 0;

  constructor(
    private readonly limits: ExecutionLimits,
    private readonly port: ExecutionPort,
    private readonly deliveries: Deliveries,
    /** Ends the guest: a limit was reached while it was waiting. */
    private readonly stop: (stop: Stop) => void,
  ) {}

  /** Calls not yet answered. */
  get outstanding(): number {
    return this.#outstanding;
  }

  isOutstanding(index: number): boolean {
    const fetch = this.#fetches.get(index);
    return fetch !== undefined && fetch.report === undefined;
  }

  /**
   * Sends a request.
   * @param readBody gives the body, or its length when that is over the number of bytes it is told
   * @returns what is wrong with it when it can't be sent
   * @throws {Stop} when the execution has had its fetches
   */
  send(
    index: number,
    head: string,
    readBody: (maxBytes: number) => Uint8Array | number | undefined,
  ): string | undefined {
    const checked = readFetchHead(head);
    if (typeof checked === "string") return checked;
    if (!Number.isSafeInteger(index) || this.#fetches.has(index)) return "the request can't be read";
    this.count += 1;
    if (this.count > this.limits.fetchCount) {
      throw limitStop("FETCH_LIMIT", "the number of fetches", this.limits.fetchCount, "calls");
    }
    const body = readBody(this.limits.fetchTotalBytes - this.bytes);
    this.#addBytes(typeof body === "number" ? body : (body?.length ?? 0));
    const request: HttpRequest = {
      ...checked,
      body: body instanceof Uint8Array ? body : null,
      maxResponseBytes: this.limits.fetchResponseBytes,
    };
    const abort = new AbortController();
    this.#outstanding += 1;
    const fetch: GuestFetch = { abort, report: undefined, response: undefined, ended: Promise.resolve() };
    this.#fetches.set(index, fetch);
    fetch.ended = this.#exchange(index, fetch, request);
    return undefined;
  }

  /** The report of a call, or a promise of it. */
  report(index: number): string | Promise<string> {
    const fetch = this.#fetches.get(index);
    if (fetch === undefined) return JSON.stringify({ failure: "network", message: "there is no such call" });
    if (fetch.report === undefined) return fetch.ended.then(() => this.#consume(index, fetch));
    return this.#consume(index, fetch);
  }

  /** The body of an answered call. */
  body(index: number): Uint8Array {
    return this.#fetches.get(index)?.response?.body ?? new Uint8Array(0);
  }

  abort(index: number): void {
    this.#fetches.get(index)?.abort.abort();
  }

  /** Ends everything under way; nothing is delivered any more. */
  abortAll(): void {
    for (const { abort, report } of this.#fetches.values()) if (report === undefined) abort.abort();
  }

  #consume(index: number, fetch: GuestFetch): string {
    this.deliveries.take(DELIVERY.fetch, index);
    return fetch.report ?? "";
  }

  async #exchange(index: number, fetch: GuestFetch, request: HttpRequest): Promise<void> {
    try {
      const response = await this.port.fetch(request, fetch.abort.signal);
      this.#addBytes(response.body.length);
      fetch.response = response;
      const { status, statusText, url, redirected, headers } = response;
      fetch.report = JSON.stringify({ status, statusText, url, redirected, headers });
    } catch (error) {
      fetch.report = this.#failureReport(error);
    }
    this.#outstanding -= 1;
    this.deliveries.push({ kind: DELIVERY.fetch, index, text: fetch.report });
  }

  #failureReport(error: unknown): string {
    if (error instanceof HttpFailure) {
      if (error.kind === "too-large") {
        this.stop(limitStop("FETCH_LIMIT", "a response body", this.limits.fetchResponseBytes, "bytes"));
      }
      return JSON.stringify({ failure: error.kind, message: error.message, code: error.code });
    }
    if (error instanceof Error && error.name === "Stop") this.stop(error as Stop);
    return JSON.stringify({ failure: "network", message: error instanceof Error ? error.message : String(error) });
  }

  #addBytes(bytes: number): void {
    this.bytes += bytes;
    if (this.bytes > this.limits.fetchTotalBytes) {
      throw limitStop(
        "FETCH_LIMIT",
        "the sum of request and response bodies",
        this.limits.fetchTotalBytes,
        "bytes",
        this.bytes,
      );
    }
  }
}
