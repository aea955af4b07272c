import type { HttpRequest, HttpSend } from "../../src/domain/http.ts";
import { heldFor, type OpenSocket, type SocketEnd, type SocketMessage } from "../../src/domain/websocket.ts";

/** A WebSocket of the outbound client, and what it has reported. */
export interface TestSocket {
  socket: OpenSocket;
  messages: SocketMessage[];
  sent: number;
  /** The most bytes that it said it would hold. */
  mostHeld: number;
  ended: Promise<SocketEnd>;
  /** Resolves when there are this many messages. */
  until(count: number): Promise<void>;
}

/** Options of {@link openTestSocket}. */
export interface TestSocketOptions extends Partial<HttpRequest> {
  protocols?: string[];
  maxMessageBytes?: number;
  /** Keep what arrives, so that the window fills. */
  keeps?: boolean;
  /** Room for what arrives. */
  room?: (bytes: number) => Promise<void> | undefined;
}

/** Opens a WebSocket through a client. */
export async function openTestSocket(
  send: HttpSend,
  url: string,
  { protocols = [], maxMessageBytes = 1024 * 1024, keeps = false, room, ...rest }: TestSocketOptions = {},
): Promise<TestSocket> {
  const request: HttpRequest = {
    ...{ method: "GET", url, headers: [], body: null, socket: { protocols, maxMessageBytes } },
    ...rest,
  };
  const { socket } = await send(request, new AbortController().signal);
  if (socket === undefined) throw new Error("the response has no socket");
  const { promise, resolve } = Promise.withResolvers<SocketEnd>();
  let wake = () => {};
  const made: TestSocket = {
    socket,
    messages: [],
    sent: 0,
    mostHeld: 0,
    ended: promise,
    async until(count) {
      while (made.messages.length < count) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
    },
  };
  socket.start({
    messages: (messages) => {
      made.messages.push(...messages);
      if (!keeps) socket.took(messages.reduce((sum, message) => sum + heldFor(message), 0));
      wake();
    },
    sent: (bytes) => {
      made.sent += bytes;
    },
    ended: resolve,
    holds: (bytes) => {
      made.mostHeld = Math.max(made.mostHeld, bytes);
      return room?.(bytes);
    },
  });
  return made;
}
