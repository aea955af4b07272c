/** An outbound HTTP request, fully encoded: what the client sends is what is written here. */
export interface HttpRequest {
  method: string;
  url: string;
  headers: [name: string, value: string][];
  /** `null` sends no body. */
  body: Uint8Array | null;
  /** @default "follow" */
  redirect?: "follow" | "manual" | "error";
  /** ms for the whole exchange, body included; the client's own default when absent. */
  timeoutMs?: number;
  /** Largest response body, bytes; the client's own default when absent. */
  maxResponseBytes?: number;
  /**
   * Called before so many more bytes of the response's body are kept, decoded: when it gives a promise, nothing more is
   * read until that resolves. A rejection ends the exchange. `expected` is the size that the peer announced for the whole
   * body, for what it is worth.
   */
  reserve?: (bytes: number, expected?: number) => Promise<void> | undefined;
  /** Where it may go, redirects included, as in a task's `permissions.hosts`. @default anywhere */
  allowedHosts?: readonly string[];
  /** Whose it is, so that connections are shared fairly. @default the host's own */
  owner?: HttpOwner;
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
  /** The address that answered, after redirects. */
  url: string;
  redirected: boolean;
  headers: [name: string, value: string][];
  /** It belongs to the caller, memory included. */
  body: Uint8Array;
  /** How long the exchange took, when the layer that answered measured it. */
  timing?: HttpTiming;
}

/** The two parts of an exchange's time; with redirects, those before the last answer count as waiting. */
export interface HttpTiming {
  /** From the call to the response's headers, ms: name, connection, request, the server's thinking. */
  waitMs: number;
  /** From the headers to the end of the body, ms. */
  receiveMs: number;
}

/**
 * Why no response came: the network or the server failed (`network`), the exchange took too long (`timeout`), its body
 * was larger than allowed (`too-large`), Ratchet would not send it (`refused`), the caller gave up (`aborted`), or the
 * request can't be expressed in HTTP (`invalid-request`).
 */
export type HttpFailureKind = "network" | "timeout" | "too-large" | "refused" | "aborted" | "invalid-request";

/** A failed exchange: there was no response. */
export class HttpFailure extends Error {
  override readonly name = "HttpFailure";
  /**
   * What went wrong, in the words of other programs: `ECONNREFUSED`, `ENOTFOUND`, `CERT_HAS_EXPIRED`. The guest reads it
   * as `error.cause.code`. `undefined` where no such word exists.
   */
  readonly code: string | undefined;
  constructor(
    readonly kind: HttpFailureKind,
    message: string,
    options?: { cause?: unknown; code?: string | undefined },
  ) {
    super(message, options);
    this.code = options?.code;
  }
}

/**
 * One layer of the outbound chain, and the chain itself: send a request, give the response.
 * @throws {HttpFailure} when there is no response
 */
export type HttpSend = (request: HttpRequest, signal: AbortSignal) => Promise<HttpResponse>;
