import {
  HttpFailure,
  type HttpFailureKind,
  type HttpRequest,
  type HttpResponse,
  type HttpSend,
} from "../domain/http.ts";

/** One call with what became of it, as the caller saw it: redirects are followed, bodies decoded. */
export interface HttpExchange {
  request: HttpRequest;
  /** ms since the epoch. */
  startedAt: number;
  /** ms; `undefined` while it is under way. */
  durationMs: number | undefined;
  /** `undefined` while it is under way. */
  result: { response: HttpResponse } | { failure: RecordedFailure } | undefined;
}

/** An {@link HttpFailure} as plain data. */
export interface RecordedFailure {
  kind: HttpFailureKind;
  message: string;
  code?: string;
}

/** What a recording layer tells, in the order in which things happen. */
export interface HttpObserver {
  /** A call was made; `index` counts calls from 0. */
  started(exchange: HttpExchange, index: number): void;
  ended(exchange: HttpExchange, index: number): void;
}

/**
 * The layer that watches: `observer` sees every exchange in the order of the calls. Bodies are copied, because their
 * receiver may pass on the memory they are in.
 */
export function recordHttp(next: HttpSend, observer: HttpObserver): HttpSend {
  let count = 0;
  return async (request, signal) => {
    const index = count++;
    const body = request.body === null ? null : request.body.slice();
    const exchange: HttpExchange = {
      request: { ...request, headers: request.headers.map(([name, value]) => [name, value]), body },
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
      const response = await next(request, signal);
      end({ response: { ...response, body: response.body.slice() } });
      return response;
    } catch (error) {
      const { kind, code } = error instanceof HttpFailure ? error : { kind: "network" as const, code: undefined };
      const message = error instanceof Error ? error.message : String(error);
      end({ failure: { kind, message, ...(code !== undefined && { code }) } });
      throw error;
    }
  };
}
