import { OPERATION } from "../../host-operations.ts";
import { needArguments, shapeInterface } from "../interface.ts";
import { toUsvString } from "../pairs.ts";
import { copyBytes, isBufferSource } from "../webidl.ts";
import { toCloseCode, toCloseReason, toProtocols, toSocketUrl } from "./arguments.ts";
import { base, host, stringify } from "./base.ts";
import {
  blobBytes,
  type Ending,
  type Failure,
  isBlob,
  makeBlob,
  newCloseEvent,
  newErrorEvent,
  newMessageEvent,
} from "./others.ts";

const STATES = { CONNECTING: 0, OPEN: 1, CLOSING: 2, CLOSED: 3 } as const;
type State = (typeof STATES)[keyof typeof STATES];
/** The level of a warning in the console. */
const WARNING = 2;
const { defineProperty } = Object;

/** The sockets that the host may still have something for, by their number. */
const active = new Map<number, WebSocket>();
const made = { count: 0 };

/** https://websockets.spec.whatwg.org/#the-websocket-interface */
export class WebSocket extends base.EventTarget {
  readonly #number = made.count++;
  readonly #url: string;
  #state: State = STATES.CONNECTING;
  #protocol = "";
  #extensions = "";
  #binaryType: "blob" | "arraybuffer" = "blob";
  /** Bytes that were given to send after it was closed: they count as buffered for ever. */
  #lost = 0;

  constructor(...given: unknown[]) {
    super();
    needArguments(given, 1, "WebSocket");
    this.#url = toSocketUrl(given[0]);
    const protocols = toProtocols(given[1]);
    const opening = { __proto__: null, url: this.#url, protocols };
    const problem = host(OPERATION.openSocket, this.#number, stringify(opening));
    if (typeof problem === "string") throw new DOMException(problem, "SyntaxError");
    active.set(this.#number, this);
  }

  get url(): string {
    return this.#url;
  }

  get readyState(): number {
    return this.#state;
  }

  get bufferedAmount(): number {
    return (host(OPERATION.socketBuffered, this.#number) as number) + this.#lost;
  }

  get extensions(): string {
    return this.#extensions;
  }

  get protocol(): string {
    return this.#protocol;
  }

  get binaryType(): string {
    return this.#binaryType;
  }

  set binaryType(value: unknown) {
    // An enumeration ignores values that it does not have.
    const text = toUsvString(value, "binaryType");
    if (text === "blob" || text === "arraybuffer") this.#binaryType = text;
  }

  close(...given: unknown[]): void {
    const code = toCloseCode(given[0]);
    const reason = toCloseReason(given[1]);
    if (this.#state >= STATES.CLOSING) return;
    this.#state = STATES.CLOSING;
    // A reason alone is sent with the code of a normal closure.
    host(OPERATION.closeSocket, this.#number, code ?? (reason === "" ? undefined : 1000), reason);
  }

  send(...given: unknown[]): void {
    needArguments(given, 1, "send");
    const data = toData(given[0]);
    if (this.#state === STATES.CONNECTING) {
      throw new DOMException("the WebSocket is not open yet: send when its open event has come", "InvalidStateError");
    }
    if (this.#state === STATES.OPEN) host(OPERATION.sendSocket, this.#number, data);
    else this.#lost += typeof data === "string" ? base.encodeUtf8(data).length : data.length;
  }

  /** Not part of the public interface, like the three below. */
  static opened(socket: WebSocket, [protocol, extensions]: readonly [string, string]): void {
    if (socket.#state !== STATES.CONNECTING) return;
    socket.#state = STATES.OPEN;
    socket.#protocol = protocol;
    socket.#extensions = extensions;
    base.fireEvent(socket, new base.Event("open"));
  }

  static received(socket: WebSocket, data: string | Uint8Array): void {
    if (socket.#state !== STATES.OPEN) return;
    const value =
      typeof data === "string"
        ? data
        : socket.#binaryType === "blob"
          ? makeBlob(data, "")
          : (data.buffer as ArrayBuffer);
    base.fireEvent(socket, newMessageEvent(value, originOf(socket.#url)));
  }

  static failed(socket: WebSocket, failure: Failure): void {
    socket.#state = STATES.CLOSED;
    const event = newErrorEvent(failure, socket.#url);
    if (!base.hasListener(socket, "error")) host(OPERATION.log, WARNING, event.message);
    base.fireEvent(socket, event);
  }

  static ended(socket: WebSocket, end: Ending): void {
    socket.#state = STATES.CLOSED;
    active.delete(socket.#number);
    base.fireEvent(socket, newCloseEvent(end));
  }
}

export const { opened, received, failed, ended } = WebSocket;

/** Returns the socket that something was delivered for, unless it has ended. */
export function socketNumbered(number: number): WebSocket | undefined {
  return active.get(number);
}

/** The URL is in its standard form: it has a host, and neither a fragment nor a port that its scheme implies. */
function originOf(url: string): string {
  const [, scheme = "", host = ""] = /^(wss?:\/\/)(?:[^/?]*@)?([^/?]*)/.exec(url) ?? [];
  return scheme + host;
}

/** Converts `(BufferSource or Blob or USVString)`. Bytes are copied by the host. */
function toData(value: unknown): string | Uint8Array {
  if (isBufferSource(value)) return copyBytes(value, "the data");
  if (isBlob(value)) return blobBytes(value);
  return toUsvString(value, "the data");
}

/** Gives the class the shape of an interface. */
export function installWebSocket(): void {
  for (const name of ["opened", "received", "failed", "ended"]) Reflect.deleteProperty(WebSocket, name);
  for (const type of ["open", "error", "close", "message"]) base.defineHandler(WebSocket, type);
  shapeInterface(WebSocket, "WebSocket", { constructor: 1, close: 0, send: 1 });
  for (const name of Object.keys(STATES) as (keyof typeof STATES)[]) {
    for (const owner of [WebSocket, WebSocket.prototype]) {
      defineProperty(owner, name, { value: STATES[name], enumerable: true, writable: false, configurable: false });
    }
  }
}
