import { read } from "node:fs";
import { systemErrorCode } from "../../../lib/system-error.ts";
import { type BatchWriter, createBatchWriter } from "./batch-writer.ts";
import { type LineResult, MAX_LINE_BYTES, type RunLine } from "./line-run.ts";
import { createLineSplitter, type Line, type LineSplitter } from "./line-splitter.ts";
import { createResultOrder, type ResultOrder } from "./result-order.ts";

/** The outcome of a stream. */
export interface StreamCount {
  done: number;
  failed: number;
  /** Number of input lines that were read, including blank ones. */
  lines: number;
  /** Number of the first input line that failed, from 1, counting blank lines. */
  firstFailed: number | undefined;
  /** False if a failed line stopped the stream. */
  complete: boolean;
}

/** What {@link pumpLines} needs. */
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

/** A failed read or write. The two mean different things to the user. */
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
/** How much may wait for a slow line before it holds up the others. */
const WINDOW_LINES = 4_096;
const WINDOW_CHARACTERS = 32 * 1024 * 1024;
/** A line under way is in memory several times, as bytes, text and values, so that fewer long lines run at a time. */
const MAX_UNDER_WAY_BYTES = 2 * 1024 * 1024;

/** State of a stream that is being pumped. */
interface Pump {
  readonly options: PumpOptions;
  readonly count: StreamCount;
  readonly splitter: LineSplitter;
  readonly writer: BatchWriter;
  readonly order: ResultOrder<Result>;
  readonly buffer: Buffer;
  readonly done: PromiseWithResolvers<StreamCount>;
  /** Number of lines that are being run, and their bytes. */
  underWay: number;
  underWayBytes: number;
  isReading: boolean;
  /** The whole input was read. */
  isAtEnd: boolean;
  /** No more lines are started, and further results are dropped. */
  isStopped: boolean;
  hasFailedLine: boolean;
}

type Result = LineResult & { line: number };

/**
 * Reads lines, runs them, and writes their results. It reads nothing while enough lines are under way or results wait
 * to be written, so memory stays bounded however long the stream is.
 * @throws {StreamFailure} when reading or writing fails
 */
export function pumpLines(options: PumpOptions): Promise<StreamCount> {
  const { ordered, concurrency } = options;
  const pump: Pump = {
    options,
    count: { done: 0, failed: 0, lines: 0, firstFailed: undefined, complete: true },
    splitter: createLineSplitter(MAX_LINE_BYTES),
    writer: createBatchWriter(options.output, {
      onRoom: () => startLines(pump),
      onError: (cause) => fail(pump, "output", cause),
    }),
    order: createResultOrder<Result>(
      { ordered, window: { lines: Math.max(WINDOW_LINES, concurrency), characters: WINDOW_CHARACTERS } },
      (result) => writeResult(pump, result),
    ),
    buffer: Buffer.allocUnsafe(CHUNK_BYTES),
    done: Promise.withResolvers(),
    underWay: 0,
    underWayBytes: 0,
    isReading: false,
    isAtEnd: false,
    isStopped: false,
    hasFailedLine: false,
  };
  startLines(pump);
  return pump.done.promise;
}

/** Starts as many lines as there is room for, and reads more input when it needs some. */
function startLines(pump: Pump): void {
  while (!pump.isStopped && !pump.isReading && hasRoom(pump)) {
    const line = pump.splitter.next();
    if (line === undefined) {
      if (!pump.isAtEnd) readMore(pump);
      break;
    }
    startLine(pump, line);
  }
  // If there is no room, lines may be left; the writer calls again when there is some.
  if (!pump.isStopped && pump.isAtEnd && pump.underWay === 0 && pump.writer.hasRoom()) finish(pump);
}

function hasRoom(pump: Pump): boolean {
  const { underWay, options } = pump;
  return (
    underWay < options.concurrency &&
    (underWay === 0 || pump.underWayBytes < MAX_UNDER_WAY_BYTES) &&
    pump.writer.hasRoom() &&
    pump.order.hasRoom() &&
    !(options.failFast && pump.hasFailedLine)
  );
}

function startLine(pump: Pump, line: Line): void {
  const place = pump.order.begin();
  const bytes = line.bytes?.length ?? 0;
  pump.underWay++;
  pump.underWayBytes += bytes;
  pump.options.runLine(line).then(
    (result) => {
      pump.underWay--;
      pump.underWayBytes -= bytes;
      if (!result.ok) pump.hasFailedLine = true;
      pump.order.put(place, { ...result, line: line.number });
      startLines(pump);
    },
    (cause) => {
      pump.isStopped = true;
      pump.done.reject(cause);
    },
  );
}

function readMore(pump: Pump): void {
  pump.isReading = true;
  const { buffer } = pump;
  read(pump.options.input, buffer, 0, buffer.length, null, (error, length) => {
    pump.isReading = false;
    if (pump.isStopped) return;
    const code = systemErrorCode(error);
    if (code === "EAGAIN" || code === "EINTR") {
      pump.isReading = true;
      setTimeout(readMore, RETRY_MS, pump);
      return;
    }
    // Windows reports the end of a closed pipe as an error.
    if (error !== null && code !== "EOF") return fail(pump, "input", error);
    if (error !== null || length === 0) {
      pump.isAtEnd = true;
      pump.splitter.end();
    } else {
      pump.splitter.push(buffer.subarray(0, length));
    }
    startLines(pump);
  });
}

function writeResult(pump: Pump, result: Result): void {
  if (pump.isStopped) return;
  const { count, options } = pump;
  pump.writer.add(result.text);
  count.done++;
  if (!result.ok) {
    count.failed++;
    count.firstFailed = Math.min(count.firstFailed ?? result.line, result.line);
    if (options.failFast) {
      count.complete = false;
      finish(pump);
    }
  }
  options.onResult(count);
}

function finish(pump: Pump): void {
  pump.isStopped = true;
  pump.count.lines = pump.splitter.lines();
  pump.writer.finish().then(
    () => pump.done.resolve(pump.count),
    (cause) => fail(pump, "output", cause),
  );
}

function fail(pump: Pump, side: StreamFailure["side"], cause: unknown): void {
  pump.isStopped = true;
  pump.done.reject(new StreamFailure(side, cause));
}
