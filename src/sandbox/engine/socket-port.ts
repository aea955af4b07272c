import type { HttpFailureFacts, HttpSend } from "../../domain/http.ts";
import type { HttpFailureKind } from "../../domain/http-failure-code.ts";
import { toHttpFailure } from "../../domain/unknown-error.ts";
import type { OpenSocket, SocketEnd, SocketMessage } from "../../domain/websocket.ts";
import type { MemoryRefusal } from "./memory-refusal.ts";

/** A WebSocket that a guest opens, as plain data. */
export interface SocketOpening {
  /** `ws:` or `wss:`. */
  url: string;
  protocols: string[];
  /** Maximum size of a message that arrives, in bytes. */
  maxMessageBytes: number;
}

/** What happens to a WebSocket, as plain data. After `ended`, `failed` and `no-room` nothing follows. */
export type SocketEvent =
  | { type: "open"; protocol: string; extensions: string }
  | { type: "messages"; messages: SocketMessage[] }
  | { type: "sent"; bytes: number }
  | { type: "ended"; end: SocketEnd }
  | { type: "failed"; kind: HttpFailureKind; message: string; facts: HttpFailureFacts }
  | { type: "no-room"; refusal: MemoryRefusal };

/** What a guest does with a WebSocket, as plain data: see {@link OpenSocket}. */
export type SocketAction =
  | { type: "send"; message: SocketMessage }
  | { type: "close"; code?: number | undefined; reason: string }
  | { type: "took"; bytes: number }
  | { type: "leave" };

/** Who is told what happens to a WebSocket, and who has room for what arrives. */
export interface SocketOwner {
  onEvent: (event: SocketEvent) => void;
  /** See {@link SocketListener.holds}. */
  holds: (bytes: number) => Promise<void> | undefined;
}

/** Opens a WebSocket through the outbound chain. @returns a function that carries out the actions on it */
export function linkSocket(send: HttpSend, opening: SocketOpening, owner: SocketOwner): (action: SocketAction) => void {
  const { url, protocols, maxMessageBytes } = opening;
  const { onEvent, holds } = owner;
  const handshake = new AbortController();
  let socket: OpenSocket | undefined;
  const open = async () => {
    const socketRequest = { protocols, maxMessageBytes };
    const request = { method: "GET", url, headers: [], body: null, socket: socketRequest };
    try {
      const response = await send(request, handshake.signal);
      socket = response.socket;
      if (socket === undefined) throw new Error("the response opens no WebSocket");
      if (handshake.signal.aborted) return socket.leave();
      onEvent({ type: "open", protocol: socket.protocol, extensions: socket.extensions });
      socket.start({
        messages: (messages) => onEvent({ type: "messages", messages }),
        sent: (bytes) => onEvent({ type: "sent", bytes }),
        ended: (end) => onEvent({ type: "ended", end }),
        holds,
      });
    } catch (error) {
      if (handshake.signal.aborted) return;
      const { kind, message, facts } = toHttpFailure(error);
      onEvent({ type: "failed", kind, message, facts });
    }
  };
  void open();
  return (action) => {
    if (action.type === "leave") {
      handshake.abort();
      socket?.leave();
    } else if (socket === undefined) return;
    else if (action.type === "send") socket.send(action.message);
    else if (action.type === "close") socket.close(action.code, action.reason);
    else socket.took(action.bytes);
  };
}
