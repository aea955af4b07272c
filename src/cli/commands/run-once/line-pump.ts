import { read } from "node:fs";
import { systemErrorCode } from "../../../lib/system-error.ts";
import { type BatchWriter, createBatchWriter } from "./batch-writer.ts";
import { type LineResult, MAX_LINE_BYTES, type RunLine } from "./line-run.ts";
import { createLineSplitter } from "./line-splitter.ts";
import { createResultOrder } from "./result-order.ts";

/** What a stream came to. */
export interface StreamCount {
  done: number;
  failed: number;
  /** Lines of the input that were read, blank ones included. */
  lines: number;
  /** Number of the first line of the input that failed, from 1; blank lines count. */
  firstFailed: number | undefined;
  /** `false` when it was stopped at a failed line. */
  complete: boolean;
}

/** How lines are pumped. */
export interface PumpOptions {
  input: number;
  output: number;
  runLine: RunLine;
  concurrency: number;
  ordered: boolean;
  failFast: boolean;
  /** Called after each result. */
  onResult: (count: StreamCount) => void;
}

/** A failed read or write, told apart because they mean different things. */
export class StreamFailure extends Error {
  override readonly name = "StreamFailure";
  constructor(
    readonly side: "input" | "output",
    cause: unknown,
  ) {
    super(`${side} failed`, { cause });
  }
}

const CHUNK_BYTES = 64 * 1024;
const RETRY_MS = 5;
/** A slow line holds up the others only when this much waits for it. */
const WINDOW_LINES = 4_096;
const WINDOW_CHARACTERS = 32 * 1024 * 1024;
/** Lines under way are held several times over, as bytes, text and values: long ones go fewer at a time. */
const MAX_UNDER_WAY_BYTES = 2 * 1024 * 1024;

/**
 * Reads lines, runs them, writes results. Nothing is read while enough lines are under way or results wait to be
 * written, so memory stays bounded whatever the length of the stream.
 * @throws {StreamFailure} when reading or writing fails
 */
export function pumpLines(options: PumpOptions): Promise<StreamCount> {
  const { concurrency, failFast, runLine } = options;
  return new Promise((resolve, reject) => {
    const count: StreamCount = { done: 0, failed: 0, lines: 0, firstFailed: undefined, complete: true };
    const splitter = createLineSplitter(MAX_LINE_BYTES);
    const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
    let underWay = 0;
    let underWayBytes = 0;
    let reading = false;
    let ended = false;
    /** No more lines are started, and results no longer pass. */
    let stopped = false;

    const fail = (side: StreamFailure["side"], cause: unknown) => {
      stopped = true;
      reject(new StreamFailure(side, cause));
    };
    const finish = () => {
      stopped = true;
      count.lines = splitter.lines();
      writer.finish().then(
        () => resolve(count),
        (cause) => fail("output", cause),
      );
    };
    const pass = (result: LineResult & { line: number }) => {
      if (stopped) return;
      writer.add(result.text);
      count.done++;
      if (!result.ok) {
        count.failed++;
        count.firstFailed = Math.min(count.firstFailed ?? result.line, result.line);
        if (failFast) {
          count.complete = false;
          finish();
        }
      }
      options.onResult(count);
    };
    const writer: BatchWriter = createBatchWriter(options.output, {
      onRoom: () => pump(),
      onError: (cause) => fail("output", cause),
    });
    const order = createResultOrder(
      {
        ordered: options.ordered,
        window: { lines: Math.max(WINDOW_LINES, concurrency), characters: WINDOW_CHARACTERS },
      },
      pass,
    );
    let failedLine = false;

    const readMore = () => {
      reading = true;
      read(options.input, buffer, 0, buffer.length, null, (error, length) => {
        reading = false;
        if (stopped) return;
        const code = systemErrorCode(error);
        if (code === "EAGAIN" || code === "EINTR") {
          reading = true;
          setTimeout(readMore, RETRY_MS);
          return;
        }
        // Windows reports the end of a closed pipe as an error.
        if (error !== null && code !== "EOF") {
          fail("input", error);
          return;
        }
        if (error !== null || length === 0) {
          ended = true;
          splitter.end();
        } else {
          splitter.push(buffer.subarray(0, length));
        }
        pump();
      });
    };
    const hasRoom = () =>
      underWay < concurrency &&
      (underWay === 0 || underWayBytes < MAX_UNDER_WAY_BYTES) &&
      writer.hasRoom() &&
      order.hasRoom() &&
      !(failFast && failedLine);
    const pump = () => {
      while (!stopped && !reading && hasRoom()) {
        const line = splitter.next();
        if (line === undefined) {
          if (!ended) readMore();
          break;
        }
        const place = order.begin();
        const bytes = line.bytes?.length ?? 0;
        underWay++;
        underWayBytes += bytes;
        runLine(line).then(
          (result) => {
            underWay--;
            underWayBytes -= bytes;
            if (!result.ok) failedLine = true;
            order.put(place, { ...result, line: line.number });
            pump();
          },
          (cause) => {
            stopped = true;
            reject(cause);
          },
        );
      }
      // Without room lines may be left; the writer comes back when there is some.
      if (!stopped && ended && underWay === 0 && writer.hasRoom()) finish();
    };
    pump();
  });
}
