import type { HttpRequest, HttpResponse, HttpSend } from "../domain/http.ts";
import type { HttpFailureCode, HttpFailureKind } from "../domain/http-failure-code.ts";
import { toHttpFailure } from "../domain/unknown-error.ts";
import { defined } from "../lib/defined.ts";
import { observeBody } from "../lib/observe-body.ts";
import { type RecordedSocket, recordSocket } from "./websocket/record-socket.ts";

/** One call and its result, as the caller saw it: redirects are followed, bodies decoded. */
export interface HttpExchange {
  request: HttpRequest;
  /** The requests that redirects led to, in order. */
  redirects?: { method: string; url: string }[];
  /** ms since the epoch. */
  startedAt: number;
  /** ms; `undefined` while it is running. */
  durationMs: number | undefined;
  /** `undefined` while it is running. */
  result: RecordedResponse | { failure: RecordedFailure } | undefined;
}

/** A response with its whole body, or as much of it as the caller has read. */
export interface RecordedResponse {
  response: HttpResponse;
  /** If the caller read the body as it arrived: the size of each piece, bytes. */
  pieces?: number[];
  /** Why the body ended early, if it did. */
  brokenBy?: RecordedFailure | undefined;
  /** If the request opened a WebSocket: what went through it. */
  socket?: RecordedSocket | undefined;
}

/** An {@link HttpFailure} as plain data. */
export interface RecordedFailure {
  kind: HttpFailureKind;
  message: string;
  code?: string;
  failureCode?: HttpFailureCode;
  /** @default 1 */
  attempts?: number;
  retryAfterMs?: number;
}

/** Receives what a recording layer sees, in order. */
export interface HttpObserver {
  /** A call has started; `index` counts calls from 0. */
  started(exchange: HttpExchange, index: number): void;
  ended(exchange: HttpExchange, index: number): void;
  /** Called before so many bytes are kept; false: they are not, and the recording is of no use any more. @default all are kept */
  admit?(bytes: number): boolean;
}

/**
 * Creates the recording layer: `observer` sees every exchange in the order of the calls. Bodies are copied, because
 * their receiver may transfer their memory.
 */
export function recordHttp(next: HttpSend, observer: HttpObserver): HttpSend {
  let count = 0;
  return async (request, signal) => {
    const index = count++;
    const admit = (bytes: number) => observer.admit?.(bytes) ?? true;
    const recorded = recordRequest(request, admit);
    const exchange: HttpExchange = {
      request: recorded.request,
      startedAt: Date.now(),
      durationMs: undefined,
      result: undefined,
    };
    observer.started(exchange, index);
    const started = performance.now();
    const end = (result: HttpExchange["result"]) => {
      exchange.durationMs = performance.now() - started;
      exchange.result = result;
      observer.ended(exchange, index);
    };
    try {
      const onRedirect: HttpRequest["onRedirect"] = (to) => {
        exchange.redirects ??= [];
        exchange.redirects.push({ method: to.method, url: to.url });
        request.onRedirect?.(to);
      };
      const response = await next({ ...recorded.sent, onRedirect }, signal);
      const { stream, socket, ...head } = response;
      if (socket !== undefined) {
        const messages: RecordedSocket = { frames: [] };
        end({ response: head, socket: messages });
        response.socket = recordSocket(socket, messages, admit);
      } else if (stream === undefined)
        end({ response: { ...response, body: admit(response.body.byteLength) ? response.body.slice() : EMPTY } });
      else {
        const open = new OpenRecording(response);
        exchange.result = open;
        response.stream = observeBody(stream, {
          piece: (bytes) => {
            if (admit(bytes.byteLength)) open.add(bytes);
          },
          ended: (how) => end(open.close(brokenBy(how))),
        });
      }
      return response;
    } catch (error) {
      end({ failure: failureOf(error) });
      throw error;
    }
  };
}

/** Copies a request. A body that is sent in pieces is recorded as far as it was sent. */
const EMPTY = new Uint8Array(0);

function recordRequest(
  request: HttpRequest,
  admit: (bytes: number) => boolean,
): { request: HttpRequest; sent: HttpRequest } {
  const { upload, ...rest } = request;
  const headers = request.headers.map(([name, value]): [string, string] => [name, value]);
  if (upload === undefined)
    return { request: { ...rest, headers, body: request.body?.slice() ?? null }, sent: request };
  const pieces: Uint8Array[] = [];
  const copy = {
    ...rest,
    headers,
    get body() {
      return pieces.length === 0 ? null : new Uint8Array(Buffer.concat(pieces));
    },
  };
  const sent = {
    ...request,
    upload: observeBody(upload, { piece: (bytes) => void (admit(bytes.byteLength) && pieces.push(bytes.slice())) }),
  };
  return { request: copy, sent };
}

/** The message of a body that was cancelled, or that nobody had read to its end. */
const UNREAD = "the body was not read to its end";

/** A response whose body is noted as it is read. Until it has ended, it is recorded as far as it was read. */
class OpenRecording implements RecordedResponse {
  readonly pieces: number[] = [];
  brokenBy: RecordedFailure | undefined = { kind: "aborted", message: UNREAD };
  readonly #head: Omit<HttpResponse, "body">;
  readonly #read: Uint8Array[] = [];

  constructor({ stream: _, body: __, ...head }: HttpResponse) {
    this.#head = head;
  }

  get response(): HttpResponse {
    return { ...this.#head, body: new Uint8Array(Buffer.concat(this.#read)) };
  }

  add(piece: Uint8Array): void {
    this.#read.push(piece.slice());
    this.pieces.push(piece.byteLength);
  }

  /** @returns what is recorded for good */
  close(brokenBy: RecordedFailure | undefined): RecordedResponse {
    return defined({ response: this.response, pieces: this.pieces, brokenBy });
  }
}

function brokenBy(how: "complete" | "cancelled" | { error: unknown }): RecordedFailure | undefined {
  if (how === "complete") return undefined;
  return how === "cancelled" ? { kind: "aborted", message: UNREAD } : failureOf(how.error);
}

function failureOf(error: unknown): RecordedFailure {
  const { kind, message, facts } = toHttpFailure(error);
  return defined({ kind, message, ...facts });
}
