import type { Event } from "../event.ts";
import { needArguments, shapeInterface } from "../interface.ts";
import { toUsvString } from "../pairs.ts";
import { bridge } from "../part-bridge.ts";
import { toDictionary } from "../webidl.ts";
import { openBackground } from "./background-call.ts";
import { base } from "./base.ts";
import { EventStream, type StreamedEvent } from "./event-stream.ts";

const CONNECTING = 0;
const OPEN = 1;
const CLOSED = 2;
/** How long a source waits before it reconnects, unless its server says otherwise, ms. */
const RECONNECTION_MS = 3_000;
/** Failures for which another attempt has no better chance. */
const FUTILE = ["AuthorizationError", "PermissionError", "TypeError"];
const EVENT_STREAM = /^text\/event-stream\s*(;|$)/i;
const Decoder = TextDecoder;

/** https://html.spec.whatwg.org/#the-eventsource-interface */
export class EventSource extends base.EventTarget {
  readonly #connection: Connection;

  constructor(...given: unknown[]) {
    super();
    needArguments(given, 1, "EventSource");
    const { withCredentials } = toDictionary(given[1], "the options of an EventSource");
    const text = toUsvString(given[0], "the URL");
    const url = URL.parse(text);
    if (url === null) throw new DOMException(`Invalid URL: ${JSON.stringify(text.slice(0, 200))}`, "SyntaxError");
    this.#connection = new Connection(this, url.href, Boolean(withCredentials));
    void this.#connection.run();
  }

  get url(): string {
    return this.#connection.url;
  }

  get withCredentials(): boolean {
    return this.#connection.withCredentials;
  }

  get readyState(): number {
    return this.#connection.readyState;
  }

  close(): void {
    this.#connection.close();
  }
}

/** What an EventSource does behind its interface: it connects, reads, and connects again. */
class Connection {
  readyState = CONNECTING;
  #retryMs = RECONNECTION_MS;
  #lastEventId = "";
  /** Ends the call that is under way. */
  #abort: (() => void) | undefined;

  constructor(
    private readonly source: EventSource,
    readonly url: string,
    readonly withCredentials: boolean,
  ) {}

  async run(): Promise<void> {
    while (this.readyState !== CLOSED) {
      const isFinal = await this.#connect();
      if (this.readyState === CLOSED) return;
      this.readyState = isFinal ? CLOSED : CONNECTING;
      this.#fire(new base.Event("error"));
      if (this.readyState === CONNECTING) await new Promise<void>((resolve) => base.startTimer(resolve, this.#retryMs));
    }
  }

  close(): void {
    this.readyState = CLOSED;
    this.#abort?.();
  }

  /** Connects once, and reads to the end. @returns true if the source has failed for good */
  async #connect(): Promise<boolean> {
    const call = openBackground(this.url, this.#headers());
    this.#abort = call.abort;
    try {
      const { status, type, origin, pieces } = await call.response;
      if (this.readyState === CLOSED) return true;
      if (status !== 200 || !EVENT_STREAM.test(type)) {
        call.abort();
        return true;
      }
      this.readyState = OPEN;
      this.#fire(new base.Event("open"));
      await this.#read(pieces, origin);
      return false;
    } catch (error) {
      return FUTILE.includes((error as Error | undefined)?.name ?? "");
    } finally {
      this.#abort = undefined;
    }
  }

  /** A source that was closed in the meantime reads no further. */
  async #read(next: () => Promise<Uint8Array | undefined>, origin: string): Promise<void> {
    const decoder = new Decoder();
    const event = (streamed: StreamedEvent) => {
      if (this.readyState === OPEN) this.#fire(messageOf(streamed, origin));
    };
    const retry = (ms: number) => {
      this.#retryMs = ms;
    };
    const stream = new EventStream({ event, retry }, this.#lastEventId);
    for (let piece = await next(); piece !== undefined && this.readyState === OPEN; piece = await next()) {
      stream.add(decoder.decode(piece, { stream: true }));
      this.#lastEventId = stream.lastEventId;
    }
  }

  #headers(): [string, string][] {
    const headers: [string, string][] = [
      ["Accept", "text/event-stream"],
      ["Cache-Control", "no-store"],
    ];
    // The header's bytes are the UTF-8 of the id.
    const id = [...base.encodeUtf8(this.#lastEventId)].map((byte) => String.fromCharCode(byte)).join("");
    if (id !== "") headers.push(["Last-Event-ID", id]);
    return headers;
  }

  #fire(event: Event): void {
    base.fireEvent(this.source, event);
  }
}

function messageOf({ type, data, lastEventId }: StreamedEvent, origin: string): Event {
  const { MessageEvent: Message } = bridge.usePart("messages") as { MessageEvent: new (...given: unknown[]) => Event };
  return new Message(type, { data, origin, lastEventId });
}

/** Gives the class the shape of its interface. */
export function installEventSource(): void {
  for (const type of ["open", "message", "error"]) base.defineHandler(EventSource, type);
  shapeInterface(EventSource, "EventSource", { constructor: 1 });
  const states = { CONNECTING, OPEN, CLOSED };
  for (const [name, value] of Object.entries(states)) {
    for (const holder of [EventSource, EventSource.prototype])
      Object.defineProperty(holder, name, { value, enumerable: true });
  }
}
