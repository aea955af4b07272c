import type { HttpConduct, HttpProgress } from "./http-conduct.ts";
import { failureCodeOf, type HttpFailureCode, type HttpFailureKind } from "./http-failure-code.ts";
import type { TaskRules } from "./network-rule.ts";
import type { OutgoingTrace } from "./trace.ts";
import type { OpenSocket, SocketHandshake } from "./websocket.ts";

/** What to do with a redirect (Fetch standard, "redirect mode"). */
export const HTTP_REDIRECTS = ["follow", "error", "manual"] as const;

/** One of the {@link HTTP_REDIRECTS}. */
export type HttpRedirect = (typeof HTTP_REDIRECTS)[number];

/** An outbound HTTP request in its final form. The client sends it unchanged. */
export interface HttpRequest {
  method: string;
  url: string;
  headers: [name: string, value: string][];
  /** `null` sends no body. */
  body: Uint8Array | null;
  /** A body that is sent in pieces as they come, in place of `body`, which is `null` then. It can't be sent twice. */
  upload?: HttpBodyReader;
  /** @default "follow" */
  redirect?: HttpRedirect;
  /** Time limit for the whole exchange including the body, in ms. @default the client's */
  timeoutMs?: number;
  /** Maximum size of the response body, in bytes. @default the client's */
  maxResponseBytes?: number;
  /** The caller reads the response as it arrives, so it may have a `stream`. @default false */
  streams?: boolean;
  /**
   * Called before this many more bytes of the decoded response body are kept. If it returns a promise, reading pauses
   * until the promise resolves. A rejection ends the exchange. `expected` is the size of the whole body as announced by
   * the peer, which may be wrong.
   */
  reserve?: (bytes: number, expected?: number) => Promise<void> | undefined;
  /** What the task may call, including by redirects. @default everything that the process permits */
  taskRules?: TaskRules | undefined;
  /** Puts secrets into requests to their hosts. @default none */
  substitution?: SecretSubstitution | undefined;
  /** Who sends it, so that connections are shared fairly. @default the host */
  owner?: HttpOwner;
  /** Called with each request that a redirect leads to, before it is sent. */
  onRedirect?: (next: HttpRequest) => void;
  /** How the call is to be treated, where it differs from its task's. */
  conduct?: HttpConduct | undefined;
  /** How the task's calls are to be treated. */
  taskConduct?: HttpConduct | undefined;
  /** Time after which nobody waits for the response any more, because the execution ends, in ms. @default never */
  neededMs?: number;
  /** What is known of the call so far. The client adds it to the calls of tasks, and the chain updates it. */
  progress?: HttpProgress;
  /** The trace that it belongs to. The client adds its headers, unless the task has set its own. @default none */
  trace?: OutgoingTrace;
  /** Makes it the handshake of a WebSocket. Its URL is then `ws:` or `wss:`. */
  socket?: SocketHandshake;
}

/** A body that arrives in pieces. */
export interface HttpBodyReader {
  /**
   * Returns the next piece, which has at least one byte, or undefined at the end. Nothing arrives faster than it is read. One
   * piece is read at a time.
   * @throws {HttpFailure} if the rest of the body can't be read
   */
  read(): Promise<Uint8Array | undefined>;
  /** Ends the exchange and closes its connection, unless the body has ended. */
  cancel(): void;
}

/** The execution that made a request, and its task. */
export interface HttpOwner {
  executionId: string;
  taskUuid: string;
}

/** The response to an {@link HttpRequest}. Any status is a response. */
export interface HttpResponse {
  status: number;
  statusText: string;
  /** URL of the response after redirects. */
  url: string;
  redirected: boolean;
  headers: [name: string, value: string][];
  /** The caller owns the body and its memory. */
  body: Uint8Array;
  /** The body, if it was not complete when the headers had arrived; `body` is empty then. Only for a request that `streams`. */
  stream?: HttpBodyReader;
  /** Timing of the exchange, if the layer that responded measured it. */
  timing?: HttpTiming;
  /** How often the request was sent. @default 1 */
  attempts?: number;
  /** The connection, if the request was the handshake of a WebSocket. */
  socket?: OpenSocket;
}

/** The two phases of an exchange. Redirects before the last response count as waiting. */
export interface HttpTiming {
  /** From the call to the response's headers, in ms: name resolution, connection, request, processing by the server. */
  waitMs: number;
  /** From the headers to the end of the body, in ms. 0 until a body that is streamed has ended. */
  receiveMs: number;
}

/** Further facts about a failed exchange. */
export interface HttpFailureOptions {
  cause?: unknown;
  /** See {@link HttpFailure.code}. */
  code?: string | undefined;
  /** @default follows from the kind and the code */
  failureCode?: HttpFailureCode | undefined;
  /** @default 1 */
  attempts?: number | undefined;
  retryAfterMs?: number | undefined;
}

/** What is known of a failed exchange besides its kind and message, as plain data. */
export type HttpFailureFacts = Omit<HttpFailureOptions, "cause">;

/** A failed exchange without a response. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  /**
   * A common error code such as `ECONNREFUSED`, `ENOTFOUND` or `CERT_HAS_EXPIRED`, which the guest reads as
   * `error.cause.code`. `undefined` if no such code applies.
   */
  readonly code: string | undefined;
  /** What the guest reads as `error.code`. `undefined` for a call that was aborted or not valid. */
  readonly failureCode: HttpFailureCode | undefined;
  /** How often the request was sent. */
  attempts: number;
  /** When another call may succeed, in ms from now, if that is known. */
  readonly retryAfterMs: number | undefined;
  constructor(
    readonly kind: HttpFailureKind,
    message: string,
    options: HttpFailureOptions = {},
  ) {
    super(message, options);
    const { code, failureCode = failureCodeOf(kind, code), attempts = 1, retryAfterMs } = options;
    this.code = code;
    this.failureCode = failureCode;
    this.attempts = attempts;
    this.retryAfterMs = retryAfterMs;
  }

  get facts(): HttpFailureFacts {
    const { code, failureCode, attempts, retryAfterMs } = this;
    return { code, failureCode, attempts, retryAfterMs };
  }
}

/**
 * Sends a request and returns the response. Each layer of the outbound chain has this type, and so does the chain.
 * @throws {HttpFailure} if there is no response
 */
export type HttpSend = (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>;

/** Puts the values of secrets into the requests of an execution that has stand-ins. */
export interface SecretSubstitution {
  /** Names of the secrets. */
  readonly names: readonly string[];
  /** The values that it inserts. */
  readonly values: readonly string[];
  /**
   * Returns a request with the values that may go to its host, and what hides them again; undefined if none may.
   * @param onInserted called with the name of each secret whose value is inserted, also later, if the body is a stream
   * @throws {HttpFailure} `invalid-request` if a value can't be sent where its stand-in is
   */
  insert(
    request: HttpRequest,
    onInserted?: (name: string) => void,
  ): { request: HttpRequest; hider: ValueHider } | undefined;
}

/** Replaces the values in what comes back by their stand-ins. */
export interface ValueHider {
  text(text: string): string;
  bytes(bytes: Uint8Array): Uint8Array;
  stream(stream: HttpBodyReader): HttpBodyReader;
}
