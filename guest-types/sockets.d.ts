declare namespace Ratchet {
  interface SocketFailure {
    /** The event's `error` is what `fetch` would throw. */
    onerror: ((this: WebSocket, ev: ErrorEvent) => any) | null;
  }
}
interface WebSocketEventMap {
  open: Event;
  message: MessageEvent;
  error: Event;
  close: CloseEvent;
}
/**
 * A connection over which messages go both ways. It counts as one fetch, one message may be as large as a response
 * (`limits.fetchResponse`), and all messages count together with bodies (`limits.fetchTotal`). `permissions.hosts` applies. An
 * open one does not keep a task running once its function has ended: it is closed with the code 1001.
 */
interface WebSocket extends EventTarget, Ratchet.SocketFailure {
  readonly url: string;
  readonly readyState: 0 | 1 | 2 | 3;
  /** Bytes that were given to `send` and are not on their way yet. */
  readonly bufferedAmount: number;
  readonly extensions: string;
  /** The subprotocol that the server chose, or empty. */
  readonly protocol: string;
  /** What binary messages arrive as. Default: "blob". */
  binaryType: "arraybuffer" | "blob";
  onopen: ((this: WebSocket, ev: Event) => any) | null;
  onmessage: ((this: WebSocket, ev: MessageEvent) => any) | null;
  onclose: ((this: WebSocket, ev: CloseEvent) => any) | null;
  /** @throws {DOMException} InvalidStateError while it is connecting */
  send(data: Ratchet.Bytes | Blob | string): void;
  /** @param code 1000, or 3000 to 4999 */
  close(code?: number, reason?: string): void;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
  addEventListener<K extends keyof WebSocketEventMap>(
    type: K,
    listener: (this: WebSocket, ev: WebSocketEventMap[K]) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: Ratchet.Listener, options?: boolean | AddEventListenerOptions): void;
}
interface EventSourceEventMap {
  open: Event;
  message: MessageEvent;
  error: Event;
}
interface EventSourceInit {
  /** Has no effect: there are no origins. */
  withCredentials?: boolean;
}
/**
 * Events that a server sends. It connects again when a connection ends. Each connection is a call of `fetch`, with the task's
 * permissions and limits, but without a time limit of its own. The task ends without waiting for it.
 */
interface EventSource extends EventTarget {
  readonly url: string;
  readonly withCredentials: boolean;
  readonly readyState: number;
  onopen: ((this: EventSource, ev: Event) => any) | null;
  onmessage: ((this: EventSource, ev: MessageEvent) => any) | null;
  onerror: ((this: EventSource, ev: Event) => any) | null;
  close(): void;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;
  addEventListener<K extends keyof EventSourceEventMap>(
    type: K,
    listener: (this: EventSource, ev: EventSourceEventMap[K]) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  /** Events that the server gave another name. */
  addEventListener(
    type: string,
    listener: (this: EventSource, event: MessageEvent) => any,
    options?: boolean | AddEventListenerOptions,
  ): void;
  addEventListener(type: string, listener: Ratchet.Listener, options?: boolean | AddEventListenerOptions): void;
}
declare var EventSource: {
  prototype: EventSource;
  new (url: string | URL, eventSourceInitDict?: EventSourceInit): EventSource;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSED: 2;
};
declare var WebSocket: {
  prototype: WebSocket;
  /** @param url ws:, wss:, http: or https: */
  new (url: string | URL, protocols?: string | string[]): WebSocket;
  readonly CONNECTING: 0;
  readonly OPEN: 1;
  readonly CLOSING: 2;
  readonly CLOSED: 3;
};
