import type { HttpFailureKind, HttpRequest, HttpResponse, HttpSend } from "../domain/http.ts";
import { toHttpFailure } from "../domain/unknown-error.ts";
import { defined } from "../lib/defined.ts";

/** One call and its result, as the caller saw it: redirects are followed, bodies decoded. */
export interface HttpExchange {
  request: HttpRequest;
  /** ms since the epoch. */
  startedAt: number;
  /** ms; `undefined` while it is running. */
  durationMs: number | undefined;
  /** `undefined` while it is running. */
  result: { response: HttpResponse } | { failure: RecordedFailure } | undefined;
}

/** An {@link HttpFailure} as plain data. */
export interface RecordedFailure {
  kind: HttpFailureKind;
  message: string;
  code?: string;
}

/** Receives what a recording layer sees, in order. */
export interface HttpObserver {
  /** A call has started; `index` counts calls from 0. */
  started(exchange: HttpExchange, index: number): void;
  ended(exchange: HttpExchange, index: number): void;
}

/**
 * Creates the recording layer: `observer` sees every exchange in the order of the calls. Bodies are copied, because
 * their receiver may transfer their memory.
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
      const { kind, message, code } = toHttpFailure(error);
      end({ failure: defined({ kind, message, code }) });
      throw error;
    }
  };
}
