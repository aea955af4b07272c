import type { Duplex } from "node:stream";
import { HttpFailure, type HttpRequest, type HttpResponse } from "../../domain/http.ts";
import type { SocketHandshake } from "../../domain/websocket.ts";
import { describeRequest } from "../describe-request.ts";
import { explainFailure } from "../explain-failure.ts";
import { peerOf, type Route } from "../route.ts";
import { connectTo } from "./connect.ts";
import { checkHandshake, parseHead, type ResponseHead, writeHandshake } from "./handshake.ts";
import { createInflater } from "./inflate.ts";
import { LiveSocket } from "./live-socket.ts";

/** Largest head of a response, bytes. */
const MAX_HEAD = 32 * 1024;
const END_OF_HEAD = "\r\n\r\n";

/**
 * Opens a WebSocket on one route (RFC 6455, section 4.1).
 * @throws {HttpFailure} if the server can't be reached, or opens no WebSocket
 */
export async function openSocket(
  request: HttpRequest,
  handshake: SocketHandshake,
  route: Route,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const name = describeRequest(request);
  let stream: Duplex | undefined;
  try {
    stream = await connectTo(route, signal);
    const { text, accept } = writeHandshake(route, handshake.protocols);
    const { head, rest } = await exchangeHeads(stream, text, name, signal);
    const { protocol, extensions, deflate } = checkHandshake(head, { accept, protocols: handshake.protocols, name });
    const inflate =
      deflate && ((sink: Parameters<typeof createInflater>[1]) => createInflater(deflate.keepsWindow, sink));
    const { maxMessageBytes } = handshake;
    const socket = new LiveSocket({ stream, rest, protocol, extensions, maxMessageBytes, inflate, name });
    return {
      ...{ status: head.status, statusText: head.statusText, url: request.url, redirected: false },
      headers: [...head.headers],
      body: new Uint8Array(0),
      socket,
    };
  } catch (error) {
    stream?.on("error", () => undefined);
    stream?.destroy();
    throw explainFailure(error, name, peerOf(route));
  }
}

/** Sends the request and reads the head of the response. @returns it, and the bytes that arrived after it */
async function exchangeHeads(
  stream: Duplex,
  text: string,
  name: string,
  signal: AbortSignal,
): Promise<{ head: ResponseHead; rest: Uint8Array }> {
  const { promise, resolve, reject } = Promise.withResolvers<{ head: ResponseHead; rest: Uint8Array }>();
  let received = Buffer.alloc(0);
  const read = (bytes: Uint8Array) => {
    received = Buffer.concat([received, bytes]);
    const end = received.indexOf(END_OF_HEAD);
    if (end === -1 && received.length <= MAX_HEAD) return;
    stream.pause();
    const head = end === -1 ? undefined : parseHead(received.subarray(0, end).toString("latin1"));
    if (head !== undefined) return resolve({ head, rest: received.subarray(end + END_OF_HEAD.length) });
    reject(new HttpFailure("network", `${name}: the server's response is not valid HTTP`, { code: "EPROTO" }));
  };
  const lost = () => reject(Object.assign(new Error("closed"), { code: "ECONNRESET" }));
  const abort = () => reject(new HttpFailure("aborted", `${name} was aborted`));
  stream.on("data", read);
  stream.once("error", reject);
  stream.once("close", lost);
  stream.once("end", lost);
  signal.addEventListener("abort", abort, { once: true });
  if (signal.aborted) abort();
  stream.write(text);
  try {
    return await promise;
  } finally {
    stream.off("data", read);
    stream.off("error", reject);
    stream.off("close", lost);
    stream.off("end", lost);
    signal.removeEventListener("abort", abort);
  }
}
