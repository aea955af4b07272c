import { OPERATION } from "../host-operations.ts";
import { failureError } from "./fetch-errors.ts";
import { host } from "./host.ts";
import type { FetchedCall, FetchFailure, ResponseHead } from "./reported-call.ts";

/** What the host has delivered of a body: a piece, nothing at its end or if it has all of it, or the failure. */
type Delivered = { bytes: Uint8Array | undefined } | { error: unknown };

/** The bodies of which the host will deliver something, by the number of their call. */
const waiting = new Map<number, BodyReads>();
const PlainPromise = Promise;
const { parse } = JSON;

/** Reads the body of a response while it arrives. Nothing arrives that the task did not ask for. */
export class BodyReads {
  readonly #call: FetchedCall;
  #settle: ((delivered: Delivered) => void) | undefined;
  #wholeBody: Promise<void> | undefined;
  /** Why no more can be read, if it failed. */
  #failure: { error: unknown } | undefined;
  /** Called when the task gives up the call. */
  onAbort: ((reason: unknown) => void) | undefined;

  constructor(call: FetchedCall) {
    this.#call = call;
  }

  /** Returns the next piece; undefined at the end. */
  async piece(): Promise<Uint8Array | undefined> {
    const bytes = await this.#ask(0);
    if (bytes === undefined) this.end();
    return bytes;
  }

  /** Resolves when the host has all of the body. */
  whole(): Promise<void> {
    this.#wholeBody ??= this.#ask(1) as Promise<undefined>;
    return this.#wholeBody;
  }

  /**
   * Suspends the guest until the host has all of the body.
   * @returns false if the task reads it piece by piece
   */
  wait(): boolean {
    const report = parse(host(OPERATION.awaitFetch, this.#call.index, 0) as string) as FetchFailure | ResponseHead;
    if ("failure" in report) throw failureError(this.#call, report);
    return report.open !== true;
  }

  /** Gives up the rest, and closes the connection. */
  cancel(): void {
    host(OPERATION.abortFetch, this.#call.index);
    this.end();
  }

  /** The task gave up the call for this reason. */
  abort(reason: unknown): void {
    if (this.#failure !== undefined) return;
    this.cancel();
    this.#fail({ error: reason });
    this.onAbort?.(reason);
  }

  /** Nothing more will be read. */
  end(): void {
    this.#call.unlisten?.();
    this.#call.unlisten = undefined;
  }

  /** Takes what the host delivers. */
  deliver(failure: string | undefined, bytes: Uint8Array | undefined): void {
    if (failure === undefined) return this.#settle?.({ bytes });
    this.end();
    this.#fail({ error: failureError(this.#call, parse(failure) as FetchFailure) });
  }

  #fail(failure: { error: unknown }): void {
    this.#failure ??= failure;
    this.#settle?.(this.#failure);
  }

  async #ask(all: number): Promise<Uint8Array | undefined> {
    const delivered =
      this.#failure ??
      (await new PlainPromise<Delivered>((resolve) => {
        this.#settle = resolve;
        waiting.set(this.#call.index, this);
        host(OPERATION.readFetch, this.#call.index, all);
      }));
    this.#settle = undefined;
    if ("error" in delivered) throw delivered.error;
    return delivered.bytes;
  }
}

/** Passes on what the host has delivered of a body. */
export function settleBody(index: number, failure: string | undefined, bytes: Uint8Array | undefined): void {
  const reads = waiting.get(index);
  waiting.delete(index);
  reads?.deliver(failure, bytes);
}
