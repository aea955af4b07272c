import type { HttpRequest, HttpResponse, HttpSend } from "../../domain/http.ts";
import type { ExecutionTraceStart, OutgoingTrace, RequestOrigin, TraceContext } from "../../domain/trace.ts";
import { messageOf } from "../../domain/unknown-error.ts";
import { observeBody } from "../../lib/observe-body.ts";
import { newExecutionTrace } from "./new-execution-trace.ts";
import type { SpanClock } from "./span-clock.ts";
import {
  LAST_CALL_NUMBER,
  SPAN_NUMBERS,
  STEPS,
  type Step,
  type StoredCall,
  type StoredSpans,
  spanIdOf,
} from "./stored-spans.ts";
import { traceHeader } from "./trace-headers.ts";

/** What an execution's trace needs besides its ids. */
export interface ExecutionTraceOptions {
  now: SpanClock;
  /** Returns what fetches pass on: it is asked for with the first one. */
  link: () => Pick<TraceContext, "flags" | "state">;
  /** Since when its job had waited, µs since the epoch. */
  waitedFromUs?: number | undefined;
  /** The request that asked for a direct execution. */
  request?: RequestOrigin | undefined;
}

/** The most fetches that are listed, and the longest texts of each, in characters: about 200 kB at most. */
const MOST_CALLS = 250;
const LONGEST_URL = 500;
const LONGEST_MESSAGE = 300;

/** How much is said about what an execution waits for. */
const MOST_WAITS = 5;
const LONGEST_WAIT = 100;

/** Name and password in a URL. */
const CREDENTIALS = /\/\/[^/?#@]*@/;

/** Records the spans of one execution while it runs. */
export class ExecutionTrace {
  readonly #start: ExecutionTraceStart;
  readonly #options: ExecutionTraceOptions;
  readonly #spans: StoredSpans;
  #mask: (text: string) => string = (text) => text;
  #step: [number: number, offset: number, duration: number] | undefined;
  #nextCall: number = SPAN_NUMBERS.firstCall;

  constructor(start: ExecutionTraceStart, options: ExecutionTraceOptions) {
    this.#start = start;
    this.#options = options;
    this.#spans = { s: options.now(), d: 0, p: [] };
    if (start.before !== undefined) {
      const { startedUs, endedUs, waitedFor } = start.before;
      this.#spans.i = newExecutionTrace().spanPrefix;
      this.#spans.b = [startedUs, endedUs, waitedFor];
    }
    if (options.waitedFromUs !== undefined) this.#spans.w = options.waitedFromUs;
    const { request } = options;
    if (request !== undefined) {
      this.#spans.q = [request.spanId, request.parentSpanId, request.method, request.route, request.startedUs];
    }
  }

  /** Masks secrets in the URLs and messages of the fetches that follow. */
  maskWith(mask: (text: string) => string): void {
    this.#mask = mask;
  }

  /** Begins a step, which ends with the next one, or with the execution. */
  begin(step: Step): void {
    const offset = this.#endStep();
    this.#step = [STEPS[step], offset, 0];
    this.#spans.p.push(this.#step);
  }

  /** Records the fetches of the execution, and puts them into its trace. */
  observe(send: HttpSend): HttpSend {
    return async (request, signal) => {
      const number = Math.min(this.#nextCall++, LAST_CALL_NUMBER);
      const call = this.#beginCall(number, request);
      try {
        const response = await send({ ...request, trace: this.#outgoing(number) }, signal);
        this.#responded(call, response);
        return response;
      } catch (error) {
        call[2] = this.#elapsed() - call[1];
        call[6] = this.#mask(messageOf(error)).slice(0, LONGEST_MESSAGE);
        throw error;
      }
    };
  }

  /**
   * Ends a stretch at work of an execution that goes on later.
   * @param waitsFor what it waits for, such as `wait paid`
   * @returns what is stored with the execution
   */
  rest(waitsFor: readonly string[]): string {
    this.#spans.z = waitsFor.slice(0, MOST_WAITS).map((text) => this.#mask(text).slice(0, LONGEST_WAIT));
    return this.end(false);
  }

  /**
   * Ends the trace.
   * @param failed the step that was under way has failed
   * @returns what is stored with the execution
   */
  end(failed: boolean): string {
    const spans = this.#spans;
    spans.d = this.#endStep();
    if (failed && this.#step !== undefined) spans.f = this.#step[0];
    this.#step = undefined;
    return this.#start.spanPrefix + JSON.stringify(spans);
  }

  #elapsed(): number {
    return Math.max(0, this.#options.now() - this.#spans.s);
  }

  #endStep(): number {
    const elapsed = this.#elapsed();
    if (this.#step !== undefined) this.#step[2] = elapsed - this.#step[1];
    return elapsed;
  }

  #outgoing(number: number): OutgoingTrace {
    const spanId = spanIdOf(this.#spans.i ?? this.#start.spanPrefix, number);
    const { flags, state } = this.#options.link();
    return { traceparent: traceHeader({ traceId: this.#start.traceId, spanId, flags }), tracestate: state };
  }

  #beginCall(number: number, { method, url }: HttpRequest): StoredCall {
    this.#spans.c ??= [];
    const isListed = this.#spans.c.length < MOST_CALLS;
    // Masked first: the mask does not find a secret of which only a part is left.
    const shown = isListed ? this.#mask(url.replace(CREDENTIALS, "//***@")).slice(0, LONGEST_URL) : "";
    const call: StoredCall = [number, this.#elapsed(), 0, method, shown, 0, 0];
    if (isListed) this.#spans.c.push(call);
    else this.#spans.x = (this.#spans.x ?? 0) + 1;
    return call;
  }

  #responded(call: StoredCall, response: HttpResponse): void {
    const ended = () => {
      call[2] = this.#elapsed() - call[1];
    };
    ended();
    call[5] = response.status;
    if (response.status >= 500) call[6] = `HTTP ${response.status}`;
    if (response.stream !== undefined) response.stream = observeBody(response.stream, { ended });
  }
}
