import type { ValueHider } from "../../domain/http.ts";
import { heldFor, type OpenSocket, type SocketListener, type SocketMessage } from "../../domain/websocket.ts";

/** Hides values in everything that comes from the peer of a WebSocket: each message by itself. */
export function hideInSocket(socket: OpenSocket, hider: ValueHider): OpenSocket {
  const { text } = hider;
  const counts = new HeldDifference(socket);
  const hiddenMessage = (message: SocketMessage): SocketMessage => {
    const hidden = typeof message === "string" ? text(message) : hider.bytes(message);
    counts.changed(heldFor(message), heldFor(hidden));
    return hidden;
  };
  const hiding = (listener: SocketListener): SocketListener => ({
    messages: (messages) => listener.messages(messages.map(hiddenMessage)),
    sent: (bytes) => listener.sent(bytes),
    ended(end) {
      const { problem } = end;
      const hidden = { ...end, reason: text(end.reason) };
      if (problem !== undefined) hidden.problem = text(problem);
      listener.ended(hidden);
    },
    holds: (bytes) => listener.holds(bytes),
  });
  return {
    protocol: text(socket.protocol),
    extensions: text(socket.extensions),
    closed: socket.closed,
    start: (listener) => socket.start(hiding(listener)),
    send: (message) => socket.send(message),
    close: (code, reason) => socket.close(code, reason),
    took: (bytes) => counts.took(bytes),
    leave: () => socket.leave(),
  };
}

/** The owner counts the messages that it got, and the socket those that have arrived. */
class HeldDifference {
  /** What the owner will let go of beyond what the socket counts, bytes. */
  #beyond = 0;

  constructor(private readonly socket: OpenSocket) {}

  changed(before: number, after: number): void {
    this.#beyond += after - before;
    if (this.#beyond >= 0) return;
    const less = -this.#beyond;
    this.#beyond = 0;
    this.socket.took(less);
  }

  took(bytes: number): void {
    const own = Math.min(bytes, this.#beyond);
    this.#beyond -= own;
    this.socket.took(bytes - own);
  }
}
