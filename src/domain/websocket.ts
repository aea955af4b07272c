/** A message of a WebSocket: text, or binary data. */
export type SocketMessage = string | Uint8Array;

/** What makes an HTTP request the handshake of a WebSocket (RFC 6455, section 4.1). The request's URL is `ws:` or `wss:`. */
export interface SocketHandshake {
  /** The subprotocols to choose from, the preferred one first. */
  protocols: readonly string[];
  /** Maximum size of one message that arrives, decompressed, in bytes. */
  maxMessageBytes: number;
}

/** How a WebSocket has ended (https://websockets.spec.whatwg.org/#feedback-from-the-protocol). */
export interface SocketEnd {
  /** The peer's status code; 1005 if it gave none, 1006 if it did not close the connection properly. */
  code: number;
  reason: string;
  /** Both ends have taken part in the closing handshake. */
  wasClean: boolean;
  /** What went wrong, in a sentence. Absent if nothing did. */
  problem?: string;
  /** A message was larger than {@link SocketHandshake.maxMessageBytes}. */
  tooLarge?: boolean;
}

/** What the owner of a WebSocket hears of it. */
export interface SocketListener {
  /**
   * Messages have arrived, in order. Reading stops when the owner holds many of them, and continues when it has let go of
   * them: see {@link OpenSocket.took}.
   */
  messages(messages: SocketMessage[]): void;
  /** This many bytes that were to be sent have been passed to the system. */
  sent(bytes: number): void;
  /** It has ended. Nothing else follows. */
  ended(end: SocketEnd): void;
  /**
   * The connection will hold this many bytes in total for what arrives: messages that are incomplete, and those that the
   * owner has not let go of. If this returns a promise, reading waits for it. A rejection ends the connection.
   */
  holds(bytes: number): Promise<void> | undefined;
}

/** A WebSocket after its handshake. */
export interface OpenSocket {
  /** The subprotocol that the server chose, or an empty string. */
  readonly protocol: string;
  /** The extensions in use, as the server's header names them, or an empty string. */
  readonly extensions: string;
  /** Resolves when the connection is closed, whatever closed it. */
  readonly closed: Promise<void>;
  /** Starts to read. To be called once. */
  start(listener: SocketListener): void;
  send(message: SocketMessage): void;
  /** Starts the closing handshake. @param code undefined sends none */
  close(code: number | undefined, reason: string): void;
  /** The owner has let go of messages: see {@link heldFor}. @param bytes the sum of what they were counted as */
  took(bytes: number): void;
  /** Nobody listens any more: says goodbye to the peer, and ends the connection soon. */
  leave(): void;
}

/** What a message counts for, beside its own bytes, because empty ones are work as well. */
const MESSAGE_COST = 64;

/** Returns what a message that its receiver has not let go of counts as, in bytes. */
export function heldFor(message: SocketMessage): number {
  // Most engines keep ASCII in one byte, and other text in two for each character.
  return MESSAGE_COST + message.length;
}

/** Returns the size of a message on its way, in bytes. */
export function messageBytes(message: SocketMessage): number {
  return typeof message === "string" ? Buffer.byteLength(message) : message.length;
}
