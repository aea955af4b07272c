import type { Clock } from "../../lib/clock.ts";
import { problemResponse } from "../http/problem.ts";
import { Refusal } from "../http/refusal.ts";
import { createExchange, type Exchange } from "./exchange.ts";
import { closing, malformed } from "./grammar.ts";
import { createOutgoing, type Sink } from "./outgoing.ts";
import type { RequestHead } from "./request-head.ts";
import { createRequestReader } from "./request-reader.ts";
import { sendResponse } from "./send-response.ts";

/** The socket of a connection. */
export interface Socket extends Sink {
  pause(): void;
  resume(): void;
  /** Ends our side; the client's bytes still come. */
  shutdown(): void;
  /** Closes both sides. */
  end(): void;
}

/** What all connections of a server have in common. */
export interface ConnectionOptions {
  /** Must not reject. */
  handle(request: Request): Promise<Response>;
  /** A request was refused before the handler could see it. */
  onRefused(status: number): void;
  clock: Clock;
  /** How long a client may take to send a request's head, to read some of a response, or to begin a request, ms. */
  idleTimeoutMs: number;
  date: () => string;
}

/** One client's connection. */
export interface Connection {
  onData(bytes: Buffer): void;
  onDrain(): void;
  /** The client sends nothing more. */
  onEnd(): void;
  /** The connection is gone. */
  onClose(): void;
  /** Closes the connection if its client has been idle for too long. @param now monotonic, ms */
  checkIdle(now: number): void;
  /** Closes the connection after the response under way. */
  finish(): void;
}

/** Pipelined bytes that are kept while a request is handled. */
const MAX_PIPELINED_BYTES = 64 * 1024;
/** Bytes of a body that no handler reads, for it to be complete. */
const MAX_IGNORED_BYTES = 1024 * 1024;
/** How long a client may take to notice the end of the connection, ms. */
const LINGER_MS = 2_000;

export function createConnection(socket: Socket, options: ConnectionOptions): Connection {
  const { handle, onRefused, clock, idleTimeoutMs, date } = options;
  const reader = createRequestReader();
  const out = createOutgoing(socket);
  let exchange: Exchange | undefined;
  /** A head whose body the handler won't see: it waits until the request is known to be complete. */
  let held: { head: RequestHead; ignored: number } | undefined;
  let pipelined: Buffer | undefined;
  /** "deaf": what the client still sends is not read. "lingering": our side has ended too. */
  let state: "open" | "deaf" | "lingering" | "closed" = "open";
  let isEnded = false;
  let isFinishing = false;
  let isPaused = false;
  /** Monotonic time after which the client has been idle for too long, ms. */
  let deadline = clock.monotonic() + idleTimeoutMs;
  /** Since when the client has read nothing of a response that waits for it, monotonic, ms. */
  let stalledSince: number | undefined;
  let isEndless = false;

  function setPaused(paused: boolean): void {
    if (paused === isPaused) return;
    isPaused = paused;
    if (paused) socket.pause();
    else socket.resume();
  }

  /** Takes bytes of the request under way, or of the next one. */
  function take(bytes: Buffer): void {
    const wasBetween = reader.state() === "between";
    try {
      const { head, body, rest } = reader.read(bytes);
      if (rest !== undefined && rest.length > 0) pipelined = rest;
      if (exchange === undefined) begin(head ?? held?.head, body, rest !== undefined);
      else {
        if (body !== undefined) exchange.body?.push(body);
        if (rest !== undefined) {
          exchange.isComplete = true;
          exchange.body?.end();
        }
      }
    } catch (error) {
      refuse(error);
    }
    if (wasBetween && exchange === undefined) deadline = clock.monotonic() + idleTimeoutMs;
  }

  /** Begins to answer when there is enough of a request. */
  function begin(head: RequestHead | undefined, body: Buffer | undefined, isComplete: boolean): void {
    if (head === undefined) return;
    const { method } = head;
    if (!isComplete && (method === "GET" || method === "HEAD")) {
      held ??= { head, ignored: 0 };
      held.ignored += body?.length ?? 0;
      if (held.ignored <= MAX_IGNORED_BYTES) return;
      const message = `The ${method} has a body of more than ${MAX_IGNORED_BYTES} bytes.`;
      throw closing(413, "BODY_TOO_LARGE", message, "Send it without a body.");
    }
    held = undefined;
    const hasBody = body !== undefined && body.length > 0;
    const onWanted = () => {
      if (head.expectsContinue && !hasBody) void out.write(Buffer.from("HTTP/1.1 100 Continue\r\n\r\n"));
    };
    exchange = createExchange(head, isComplete ? (body ?? new Uint8Array()) : undefined, { onWanted, setPaused });
    if (hasBody && !isComplete) exchange.body?.push(body);
    deadline = Number.POSITIVE_INFINITY;
    const current = exchange;
    void handle(current.request).then((response) => send(response, current));
  }

  async function send(response: Response, current: Exchange | undefined): Promise<void> {
    if (state === "closed") return void response.body?.cancel();
    const { method, minor, keepAlive } = current?.head ?? { method: "GET", minor: 1 as const, keepAlive: false };
    const mustClose = () => !keepAlive || isFinishing || current?.isComplete !== true;
    const close = mustClose() || response.headers.get("connection") === "close";
    isEndless = response.headers.get("content-type")?.startsWith("text/event-stream") === true;
    const sending = sendResponse(response, { method, minor, close, date: date() }, out);
    const isUsable = await sending.catch(() => false);
    isEndless = false;
    if (!isUsable) closeNow();
    else if (close || mustClose()) linger();
    else next();
  }

  /** Goes on to the next request. */
  function next(): void {
    if (state === "closed") return;
    exchange = undefined;
    setPaused(false);
    deadline = clock.monotonic() + idleTimeoutMs;
    const bytes = pipelined;
    pipelined = undefined;
    if (bytes !== undefined) take(bytes);
    if (isEnded) checkCutShort();
  }

  /** The client sends nothing more: what is not complete never will be. */
  function checkCutShort(): void {
    if (state !== "open" || exchange?.isComplete) return;
    if (exchange === undefined && reader.state() === "between") closeNow();
    else refuse(closing(400, "BODY_CUT_SHORT", "The connection ended before the request did.", "Send all of it."));
  }

  /** What comes can't be read: it has no effect, and nothing after it is read. */
  function refuse(error: unknown): void {
    state = "deaf";
    const refusal = error instanceof Refusal ? error : malformed("The request can't be read.");
    // The handler answers, which is told of it when it reads on.
    if (exchange !== undefined) return exchange.body?.fail(refusal);
    onRefused(refusal.status);
    deadline = Number.POSITIVE_INFINITY;
    void send(problemResponse(refusal), undefined);
  }

  /** Ends our side and reads on for a moment: a client that still sends would otherwise lose the response. */
  function linger(): void {
    if (isEnded || state === "closed") return closeNow();
    state = "lingering";
    deadline = clock.monotonic() + LINGER_MS;
    setPaused(false);
    socket.shutdown();
  }

  function closeNow(): void {
    if (state === "closed") return;
    onClose();
    socket.end();
  }

  function onClose(): void {
    if (state === "closed") return;
    state = "closed";
    exchange?.abort.abort();
    exchange?.body?.fail(closing(400, "BODY_CUT_SHORT", "The connection ended before the request did."));
    out.close();
  }

  return {
    onClose,
    onData(bytes) {
      if (state !== "open") return;
      if (exchange?.isComplete !== true) return take(bytes);
      pipelined = pipelined === undefined ? bytes : Buffer.concat([pipelined, bytes]);
      if (pipelined.length > MAX_PIPELINED_BYTES) setPaused(true);
    },
    onDrain() {
      if (out.drain()) stalledSince = undefined;
    },
    onEnd() {
      isEnded = true;
      if (state === "lingering") closeNow();
      else if (exchange?.isComplete) exchange.abort.abort();
      else checkCutShort();
    },
    checkIdle(now) {
      stalledSince = out.isBlocked() && !isEndless ? (stalledSince ?? now) : undefined;
      if (stalledSince !== undefined && now - stalledSince > idleTimeoutMs) return closeNow();
      if (now <= deadline) return;
      if (state !== "open" || reader.state() === "between") return closeNow();
      refuse(closing(408, "REQUEST_TOO_SLOW", `The request did not arrive within ${idleTimeoutMs} ms.`));
    },
    finish() {
      isFinishing = true;
      if (exchange === undefined && state === "open") closeNow();
    },
  };
}
