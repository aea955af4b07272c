import { randomHex } from "../../../lib/random-hex.ts";
import {
  CHROME_PROCESS_NAME,
  type ChromeEvent,
  chromeEvents,
  trackName,
} from "../../../telemetry/tracing/chrome-trace.ts";
import { newExecutionTrace } from "../../../telemetry/tracing/new-execution-trace.ts";
import { createSpanClock } from "../../../telemetry/tracing/span-clock.ts";
import { writeAll } from "../../framework/output.ts";
import { openOutputFile, unwritable } from "../../framework/output-file.ts";
import type { LineRequest, RunAttempt } from "./line-task.ts";
import { beginRunTrace, endRunTrace, type RunTrace } from "./run-trace.ts";

/** The trace of a stream, in which each attempt of each line has its spans. */
export interface StreamTrace {
  /** Adds a trace to each execution. */
  request(request: LineRequest): LineRequest;
  /** Writes what each attempt has recorded when it has ended. */
  attempt(run: RunAttempt): RunAttempt;
  /** Ends the file. @throws {RatchetError} ENVIRONMENT if it could not be written */
  commit(): void;
  /** Leaves no file. Has no effect after a commit. */
  discard(): void;
}

/**
 * Opens the file of a stream's trace, in Chrome's trace format. It is written while the stream runs, because a stream may be
 * longer than fits into memory.
 * @param task label of the task
 * @param mask replaces secrets
 * @throws {RatchetError} ENVIRONMENT
 */
export function openStreamTrace(path: string, task: string, mask: (text: string) => string): StreamTrace {
  const traceId = randomHex(16);
  const now = createSpanClock();
  const running = new Map<string, RunTrace>();
  const file = openOutputFile(path);
  let failure: unknown;
  const write = (text: string) => {
    if (failure !== undefined) return;
    try {
      writeAll(file.descriptor, text);
    } catch (error) {
      failure = error;
    }
  };
  const header = JSON.stringify({ displayTimeUnit: "ms", otherData: { traceId } }).slice(0, -1);
  write(`${header},"traceEvents":[\n${JSON.stringify(CHROME_PROCESS_NAME)}`);
  const placed = createTracks();
  return {
    request: (request) => (line, attempt) => {
      const trace = beginRunTrace(newExecutionTrace(traceId), now);
      trace.spans.maskWith(mask);
      running.set(`${line}.${attempt}`, trace);
      return { ...request(line, attempt), trace: trace.spans };
    },
    attempt: (run) => async (input, line, attempt) => {
      const result = await run(input, line, attempt);
      const key = `${line}.${attempt}`;
      const trace = running.get(key);
      running.delete(key);
      if (trace === undefined) return result;
      const events = chromeEvents(endRunTrace(trace, { task, attempt }, result));
      const texts = placed(events).map((event) => `,\n${JSON.stringify(withLine(event, line))}`);
      write(texts.join(""));
      return result;
    },
    commit() {
      write("\n]}\n");
      if (failure !== undefined) throw unwritable(path, failure);
      file.commit();
    },
    discard: file.discard,
  };
}

/** Says of which line an attempt is. */
function withLine(event: ChromeEvent, line: number): ChromeEvent {
  return event.name === "attempt" ? { ...event, args: { "ratchet.line": line, ...event.args } } : event;
}

/**
 * Creates the function that gives the tracks of an attempt numbers that no other attempt has at that time. An attempt that
 * has ended is the latest on its tracks, so that it is enough to know until when each is taken.
 * @returns the events, after the names of tracks that are new
 */
function createTracks(): (events: ChromeEvent[]) => ChromeEvent[] {
  const takenUntil: number[] = [];
  return (events) => {
    const start = Math.min(...events.map(({ ts = 0 }) => ts));
    const end = Math.max(...events.map(({ ts = 0, dur = 0 }) => ts + dur));
    const needed = Math.max(...events.map(({ tid }) => tid));
    const tracks: number[] = [];
    const names: ChromeEvent[] = [];
    for (let track = 0; tracks.length < needed; track++) {
      const until = takenUntil[track];
      if (until !== undefined && until > start) continue;
      if (until === undefined) names.push(trackName(track + 1, `track ${track + 1}`));
      takenUntil[track] = end;
      tracks.push(track + 1);
    }
    return [...names, ...events.map((event) => ({ ...event, tid: tracks[event.tid - 1] ?? 1 }))];
  };
}
