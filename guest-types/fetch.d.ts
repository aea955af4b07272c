declare namespace Ratchet {
  /** How `fetch` repeats a call. */
  interface FetchRetry {
    /** Retries after the first attempt, 0 to 100. Default: 2. */
    maxRetries?: number;
    /** The longest random delay before the first retry, in ms. It doubles with each further retry. Default: 100. */
    delay?: number;
    /** The longest delay, in ms. A response whose Retry-After asks for more is returned at once. Default: 10,000. */
    maxDelay?: number;
  }

  /** Options of `fetch`: the standard's, and Ratchet's own. */
  interface FetchOptions extends Omit<RequestInit, "body" | "headers"> {
    headers?: HeadersInput | Record<string, string | number | boolean>;
    /** As in the standard: a stream needs `duplex: "half"`. Any other value is sent as JSON, or as a form if the content type is that of a form. */
    body?: unknown;
    /**
     * How GET, HEAD, OPTIONS, PUT and DELETE are repeated after 408, 425, 429, 5xx and failed connections; `false` for never. A body that
     * is a stream is sent once. Missing members have the values of metadata.json or the configuration.
     */
    retry?: FetchRetry | false;
    /** Time for connecting, for each attempt, in ms. Default: 10,000. */
    connectTimeout?: number;
    /** Time from sending the request to the head of the response, for each attempt, in ms. Default: only `timeout`. */
    firstByteTimeout?: number;
    /** The largest body, in bytes. A larger one fails the call with RESPONSE_TOO_LARGE. Default: only `limits.fetchResponse`. */
    maxResponseSize?: number;
    /** `false`: the circuit breaker neither counts nor refuses the call. Default: true. */
    breaker?: boolean;
    /**
     * Time for the whole exchange with all its attempts, in ms, after which it fails with TimeoutError. The time in which the task does not read a body
     * that arrives as a stream does not count. Default: only the task's time limit.
     */
    timeout?: number;
    /** Throws the typed error for a status that is not 2xx. Default: that of metadata.json, which is false. */
    throwHttpErrors?: boolean;
  }

  /**
   * What `fetch` returns. It is a promise of the standard's Response, and the response itself in the synchronous style:
   *
   *     const response = await fetch(url);        // `body` is a stream, `json()` and `text()` read it once
   *     const { ok, status, body } = fetch(url);  // reading waits, and `body` is the parsed JSON of a JSON response
   *
   * A call is sent when it is made. One whose response is never read is still finished, and its failure fails the task.
   */
  interface FetchCall extends Promise<Response> {
    /** Waits for the response: is the status 200 to 299? */
    readonly ok: boolean;
    readonly status: number;
    readonly statusText: string;
    /** The address that responded, after all redirects. */
    readonly url: string;
    readonly redirected: boolean;
    readonly type: Response["type"];
    /** Each header is also a property, in lower case: `headers.etag`. */
    readonly headers: Headers & { readonly [name: string]: any };
    /** The parsed JSON of a JSON response, the text of any other. It can be read any number of times. */
    readonly body: any;
    json(): Promise<any>;
    text(): Promise<string>;
    bytes(): Promise<Uint8Array<ArrayBuffer>>;
    arrayBuffer(): Promise<ArrayBuffer>;
    toJSON(): any;
    readonly bodyUsed: boolean;
    blob(): Promise<Blob>;
    formData(): Promise<FormData>;
    clone(): Response;
  }
}

/**
 * Sends an HTTP request: at once, in the order of the calls. An awaited response is there with its headers, and its body
 * arrives while it is read; the synchronous style waits for the whole body. An execution may make 1,000 calls
 * (`limits.fetches`); a response may have 16 MB (`limits.fetchResponse`), all requests and responses together 64 MB
 * (`limits.fetchTotal`). `permissions.hosts` says which hosts may be called.
 * A `data:` URL is read without a call.
 * @throws {NetworkError} when the promise is awaited, or the response read: there is no response. `error.code` and `error.cause.code` say why
 * @throws {PermissionError} a permission of the task or the configuration does not allow the call
 */
declare function fetch(input: Request | string | URL, init?: Ratchet.FetchOptions): Ratchet.FetchCall;
/** Ratchet's own form: the third argument is the body (text, bytes, a form, or any other value as JSON), and the default method is POST. */
declare function fetch(
  input: Request | string | URL,
  init: Ratchet.FetchOptions | null | undefined,
  body: unknown,
): Ratchet.FetchCall;
