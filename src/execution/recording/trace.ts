import type { LogEntry } from "../../domain/execution.ts";
import type { HttpExchange } from "../../http/record-http.ts";

/** The steps of an execution in chronological order, one per line. */
export interface Trace {
  step(text: string): void;
  log(entry: LogEntry): void;
  fetchStarted(exchange: HttpExchange, index: number): void;
  fetchEnded(exchange: HttpExchange, index: number): void;
  /**
   * Returns lines such as `2026-11-22T21:54:51.123Z fetch 0 ended in 12.3 ms: status 200, 5 bytes`, masked by `mask`.
   */
  text(mask: { line: (line: string) => string; url: (url: string) => string }): string;
}

/** Starts a trace. Its texts are masked only at the end. */
export function createTrace(now: () => number = Date.now): Trace {
  const lines: { time: number; text: string; url?: string }[] = [];
  return {
    step: (text) => {
      lines.push({ time: now(), text });
    },
    log: ({ level, message, time }) => {
      lines.push({ time, text: `console.${level} ${JSON.stringify(message)}` });
    },
    fetchStarted: ({ request, startedAt }, index) => {
      const body = request.body === null ? "" : ` with ${request.body.byteLength} bytes`;
      lines.push({ time: startedAt, text: `fetch ${index} started${body}: ${request.method}`, url: request.url });
    },
    fetchEnded: ({ durationMs = 0, result }, index) => {
      const took = `in ${durationMs.toFixed(1)} ms`;
      if (result === undefined || "failure" in result) {
        const { kind = "aborted", message = "" } = result?.failure ?? {};
        lines.push({ time: now(), text: `fetch ${index} failed ${took}: ${kind}: ${JSON.stringify(message)}` });
      } else {
        const { status, body } = result.response;
        lines.push({ time: now(), text: `fetch ${index} ended ${took}: status ${status}, ${body.byteLength} bytes` });
      }
    },
    text: (mask) =>
      lines
        .map(({ time, text, url }) => {
          const at = new Date(time).toISOString();
          return `${at} ${mask.line(text)}${url === undefined ? "" : ` ${mask.url(url)}`}\n`;
        })
        .join(""),
  };
}
