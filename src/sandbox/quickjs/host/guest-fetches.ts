import { HttpFailure, type HttpRequest } from "../../../domain/http.ts";
import type { ExecutionLimits } from "../../../domain/limits.ts";
import { toHttpFailure } from "../../../domain/unknown-error.ts";
import type { ExecutionPort } from "../../engine/engine-request.ts";
import { Stop } from "../../engine/stop.ts";
import { DELIVERY } from "../../host-operations.ts";
import type { Deliveries, Delivery } from "./deliveries.ts";
import { failureReport, tooLargeStop } from "./failure-report.ts";
import { readFetchHead } from "./fetch-head.ts";
import { FetchUsage } from "./fetch-usage.ts";
import { type FetchesAtRest, fetchOfBody, unreadBodies } from "./fetches-at-rest.ts";
import { type GuestFetch, giveBack, NEW_FETCH } from "./guest-fetch.ts";
import { GuestUpload } from "./guest-upload.ts";
import type { RequiredMemory } from "./host-memory.ts";
import { OpenBody } from "./open-body.ts";

/** What an open body costs the host, bytes: its connection, and what that receives ahead of its reader. */
const OPEN_BYTES = 256 * 1024;

/** What the fetches of one execution work with. */
export interface GuestFetchContext {
  limits: ExecutionLimits;
  /** Returns how much of its time the execution has left, ms. */
  leftMs: () => number;
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
  /** How many bodies the guest waits for. */
  reads = 0;
  /** Some call could not be sent. */
  unsent = false;
  readonly usage: FetchUsage;

  constructor(private readonly context: GuestFetchContext) {
    this.usage = new FetchUsage(context.limits);
  }

  /** How many calls have no response yet, or one of which the whole body is on its way. */
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
    const { deliveries, limits, memory } = this.context;
    if (!Number.isSafeInteger(index) || this.#fetches.has(index)) return "the request can't be read";
    const { usage } = this;
    usage.countCall();
    const body = readBody(limits.fetchTotalBytes - usage.bytes);
    const size = typeof body === "number" ? body : (body?.length ?? 0);
    usage.addBytes(size);
    memory.require(size);
    const request: HttpRequest = {
      ...checked.request,
      ...{ body: body instanceof Uint8Array ? body : null, streams: true },
      ...{ maxResponseBytes: limits.fetchResponseBytes, neededMs: this.context.leftMs() },
    };
    const { isBackground } = checked;
    this.#wait(isBackground, 1);
    const fetch: GuestFetch = { ...NEW_FETCH, abort: new AbortController(), isBackground };
    this.#fetches.set(index, fetch);
    if (checked.uploads) {
      fetch.upload = new GuestUpload({ memory, ask: () => deliveries.push({ kind: DELIVERY.upload, index }) });
      request.upload = fetch.upload;
    }
    fetch.ended = this.#exchange(index, fetch, request).finally(() => {
      memory.release(size);
      fetch.upload?.cancel();
    });
    return undefined;
  }

  /** Does the guest wait for the body of this call? */
  isRead(index: number): boolean {
    return this.#fetches.get(index)?.isRead === true;
  }

  /** Returns the report of a call, or a promise of it: once all of the response has arrived, unless the guest streams it. */
  report(index: number): string | Promise<string> {
    const fetch = this.#fetches.get(index);
    if (fetch === undefined) return JSON.stringify({ failure: "network", message: "there is no such call" });
    if (fetch.report === undefined) return Promise.resolve(fetch.ended).then(() => this.report(index));
    const { open } = fetch;
    if (open !== undefined && !open.isStreamed)
      return this.#collect(fetch, open).then(() => this.#consume(index, fetch));
    return this.#consume(index, fetch);
  }

  /** Is the guest asked for the next piece of this request's body? */
  isUploadWanted(index: number): boolean {
    const fetch = this.#fetches.get(index);
    return fetch?.upload !== undefined && fetch.report === undefined;
  }

  /** Sends the next piece of a request's body, or its end. @throws {Stop} if it is too much */
  upload(index: number, piece: Uint8Array | undefined): void {
    const upload = this.#fetches.get(index)?.upload;
    if (upload?.isWanted !== true) return;
    this.usage.addBytes(piece?.length ?? 0);
    upload.give(piece);
  }

  /** Delivers the next piece of a body, or, with `all`, that it has arrived as a whole. */
  read(index: number, all: boolean): void {
    const fetch = this.#fetches.get(index);
    if (fetch === undefined || fetch.isRead || fetch.report === undefined) return;
    fetch.isRead = true;
    this.reads += 1;
    const { open } = fetch;
    void (open === undefined || all ? this.#readAll(index, fetch) : this.#readPiece(index, fetch, open));
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

  /** What is kept while the guest sleeps. @returns undefined if there is something that can't be kept, or not yet */
  rest(): FetchesAtRest | undefined {
    const bodies = unreadBodies(this.#fetches, (fetch, open) => {
      void this.#collect(fetch, open).then(() => this.context.deliveries.look());
    });
    const { count, bytes } = this.usage;
    return bodies && { count, bytes, unsent: this.unsent, bodies };
  }

  /** Goes on after a sleep. @throws {Stop} MEMORY_LIMIT */
  wake({ count, bytes, unsent, bodies }: FetchesAtRest): void {
    Object.assign(this.usage, { count, bytes });
    this.unsent = unsent;
    for (const unread of bodies) {
      const fetch = fetchOfBody(unread);
      this.context.memory.require(fetch.body?.length ?? 0);
      this.#fetches.set(unread.index, fetch);
    }
  }

  abort(index: number): void {
    const fetch = this.#fetches.get(index);
    if (fetch === undefined) return;
    fetch.abort.abort();
    fetch.open?.cancel();
    fetch.upload?.cancel();
    this.#close(fetch);
  }

  /** Ends everything under way and lets go of all bodies. Nothing is delivered any more. */
  abortAll(): void {
    for (const [index, { report, open }] of this.#fetches) {
      if (report === undefined || open !== undefined) this.abort(index);
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
      const { body, stream, timing, ...head } = await this.context.port.fetch(request, fetch.abort.signal);
      if (timing !== undefined) deliveries.passed(sentAt + timing.waitMs);
      const { status, statusText, url, redirected, headers, attempts } = head;
      fetch.head = { status, statusText, url, redirected, headers };
      if (attempts !== undefined) fetch.head.attempts = attempts;
      if (stream === undefined) {
        this.#keep(fetch, body);
        fetch.report = JSON.stringify(fetch.head);
      } else {
        this.context.memory.require(OPEN_BYTES);
        fetch.open = new OpenBody(stream, this.context.limits.fetchResponseBytes);
        fetch.report = JSON.stringify({ ...fetch.head, open: true });
      }
    } catch (error) {
      fetch.report = this.#failureReport(error);
    }
    this.#wait(fetch.isBackground, -1);
    deliveries.push({ kind: DELIVERY.fetch, index, text: fetch.report });
  }

  /** Counts a call that begins or ends. A background call keeps a guest that waits for it, but not one that has ended. */
  #wait(isBackground: boolean, change: number): void {
    if (isBackground) this.reads += change;
    else this.#outstanding += change;
  }

  /** Waits for all of a body. Afterwards, the report is the head or the failure. */
  #collect(fetch: GuestFetch, open: OpenBody): Promise<void> {
    const collect = async () => {
      this.#outstanding += 1;
      try {
        this.#keep(fetch, await open.all());
        fetch.report = JSON.stringify(fetch.head);
      } catch (error) {
        fetch.report = this.#failureReport(error);
        fetch.isBroken = true;
      }
      this.#close(fetch);
      this.#outstanding -= 1;
    };
    fetch.collected ??= collect();
    return fetch.collected;
  }

  async #readAll(index: number, fetch: GuestFetch): Promise<void> {
    if (fetch.open !== undefined) await this.#collect(fetch, fetch.open);
    const delivery: Delivery = { kind: DELIVERY.body, index };
    if (fetch.isBroken) delivery.text = fetch.report ?? "";
    this.#deliverRead(fetch, delivery);
  }

  async #readPiece(index: number, fetch: GuestFetch, open: OpenBody): Promise<void> {
    const { memory } = this.context;
    const delivery: Delivery = { kind: DELIVERY.body, index };
    try {
      const piece = await open.piece((bytes) => this.#count(bytes));
      if (piece === undefined) this.#close(fetch);
      else {
        delivery.bytes = piece;
        delivery.delivered = () => memory.release(piece.length);
      }
    } catch (error) {
      delivery.text = this.#failureReport(error);
      this.#close(fetch);
    }
    this.#deliverRead(fetch, delivery);
  }

  #deliverRead(fetch: GuestFetch, delivery: Delivery): void {
    fetch.isRead = false;
    this.reads -= 1;
    this.context.deliveries.push(delivery);
  }

  /** Keeps a body that has arrived as a whole. @throws {Stop} if it is too much */
  #keep(fetch: GuestFetch, body: Uint8Array): void {
    fetch.body = body;
    this.#count(body.length);
  }

  /** @throws {Stop} if that many bytes more are too much */
  #count(bytes: number): void {
    const tooMuch = this.context.memory.take(bytes);
    if (tooMuch !== undefined) throw tooMuch;
    this.usage.addBytes(bytes);
  }

  /** The body is not open any more. */
  #close(fetch: GuestFetch): void {
    if (fetch.open === undefined) return;
    fetch.open = undefined;
    this.context.memory.release(OPEN_BYTES);
  }

  #failureReport(error: unknown): string {
    const { limits, stop } = this.context;
    if (error instanceof HttpFailure && error.kind === "too-large") {
      stop(tooLargeStop(error.message, limits.fetchResponseBytes));
    }
    if (error instanceof Stop) stop(error);
    return JSON.stringify(failureReport(toHttpFailure(error)));
  }
}
