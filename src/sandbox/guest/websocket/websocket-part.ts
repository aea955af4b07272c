import { bridge } from "../part-bridge.ts";
import { parse } from "./base.ts";
import { ended, failed, installWebSocket, opened, received, socketNumbered, WebSocket } from "./web-socket.ts";

installWebSocket();

/** Numbers of events are multiples of this, plus the number of the socket. */
const SOCKETS = 2 ** 20;

/** Receives what has happened to a WebSocket. A text begins with a letter that says what it is. */
function deliver(index: number, text: string | undefined, bytes: Uint8Array | undefined): void {
  const socket = socketNumbered(index % SOCKETS);
  if (socket === undefined) return;
  if (text === undefined) return received(socket, bytes ?? new Uint8Array(0));
  const content = text.slice(1);
  if (text[0] === "t") received(socket, content);
  else if (text[0] === "o") opened(socket, parse(content));
  else if (text[0] === "e") failed(socket, parse(content));
  else ended(socket, parse(content));
}

bridge.provided = { WebSocket, deliver };
