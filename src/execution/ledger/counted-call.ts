import { HttpFailure, type HttpRequest, type HttpResponse } from "../../domain/http.ts";
import type { OriginUse } from "../../domain/ledger.ts";
import { messageBytes, type OpenSocket } from "../../domain/websocket.ts";
import { observeBody } from "../../lib/observe-body.ts";
import { countedMethod, type OriginUses } from "./origin-uses.ts";

/** Failures of calls that never left the process. */
const NEVER_SENT: readonly HttpFailure["kind"][] = ["refused", "invalid-request"];

/** The part of a request that is counted. */
export type CountedRequest = Pick<HttpRequest, "url" | "method" | "body">;

/** One call of a task on its way through the outbound chain: it is counted for each origin that it leads to. */
export class CountedCall {
  #use: OriginUse | undefined;
  #method = "";
  /** Size of the body that is sent in one piece, in bytes. */
  #bodyBytes = 0;
  #isOver = false;

  constructor(
    private readonly uses: OriginUses,
    request: CountedRequest,
  ) {
    this.#begin(request);
  }

  /** The origin responded with a redirect, which leads to this request. */
  redirected(request: CountedRequest): void {
    if (this.#isOver) return;
    this.#sent();
    this.#begin(request);
  }

  /** There is a response. @returns it, with what counts the rest of it */
  responded(response: HttpResponse): HttpResponse {
    const use = this.#use;
    if (use === undefined || this.#isOver) return response;
    this.#sent();
    this.#isOver = true;
    use.bytesReceived += response.body.byteLength;
    if (response.status >= 500) use.failures += 1;
    const { stream, socket } = response;
    if (stream !== undefined) {
      response.stream = observeBody(stream, {
        piece: (bytes) => {
          use.bytesReceived += bytes.byteLength;
        },
        ended: (how) => {
          if (typeof how === "object" && response.status < 500) use.failures += 1;
        },
      });
    }
    if (socket !== undefined) response.socket = countSocket(socket, use);
    return response;
  }

  /** There is no response. A call that was refused has touched nothing. */
  failed(error: unknown): void {
    const use = this.#use;
    if (use === undefined || this.#isOver) return;
    this.#isOver = true;
    if (error instanceof HttpFailure && NEVER_SENT.includes(error.kind)) this.uses.takeBack(use, this.#method);
    else use.failures += 1;
  }

  /** A piece of a streamed body is on its way. */
  uploaded(bytes: number): void {
    if (this.#use !== undefined) this.#use.bytesSent += bytes;
  }

  /** The execution has ended. */
  abandon(): void {
    if (!this.#isOver && this.#use !== undefined) this.#use.failures += 1;
    this.#isOver = true;
  }

  #begin({ url, method, body }: CountedRequest): void {
    this.#method = countedMethod(method);
    this.#bodyBytes = body?.byteLength ?? 0;
    const origin = URL.parse(url)?.origin;
    this.#use = origin === undefined ? undefined : this.uses.count(origin, this.#method);
  }

  #sent(): void {
    if (this.#use !== undefined) this.#use.bytesSent += this.#bodyBytes;
  }
}

/** Returns a WebSocket that counts the messages of another one. */
function countSocket(socket: OpenSocket, use: OriginUse): OpenSocket {
  const { protocol, extensions, closed } = socket;
  return {
    protocol,
    extensions,
    closed,
    start: (listener) =>
      socket.start({
        messages: (messages) => {
          for (const message of messages) use.bytesReceived += messageBytes(message);
          listener.messages(messages);
        },
        sent: (bytes) => {
          use.bytesSent += bytes;
          listener.sent(bytes);
        },
        ended: (end) => {
          if (end.problem !== undefined) use.failures += 1;
          listener.ended(end);
        },
        holds: (bytes) => listener.holds(bytes),
      }),
    send: (message) => socket.send(message),
    close: (code, reason) => socket.close(code, reason),
    took: (bytes) => socket.took(bytes),
    leave: () => socket.leave(),
  };
}
