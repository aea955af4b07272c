import { read } from "node:fs";
import { systemErrorCode } from "../../../lib/system-error.ts";
import { type BatchWriter, createBatchWriter } from "./batch-writer.ts";
import type { Line } from "./line-source.ts";
import { type PumpOptions, type Result, type StreamCount, StreamFailure, type WrittenLine } from "./pump-options.ts";
import { createResultOrder, type ResultOrder } from "./result-order.ts";

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
  /** Lines whose results are not written yet. */
  readonly unwritten: WrittenLine[];
  /** Wakes the stream for the next start that the rate allows. */
  alarm: ReturnType<typeof setTimeout> | undefined;
  /** The next line, while it waits for its start. */
  held: Line | undefined;
  /** Why the input can't be read any further. What came before is finished first. */
  broken: { cause: unknown } | undefined;
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

/**
 * Reads lines, runs them, and writes their results. It reads nothing while enough lines are under way or results wait
 * to be written, so memory stays bounded however long the stream is.
 * @throws {StreamFailure} when reading or writing fails
 */
export function pumpLines(options: PumpOptions): Promise<StreamCount> {
  const { ordered, concurrency } = options;
  const pump: Pump = {
    options,
    count: { done: 0, failed: 0, firstFailed: undefined, seen: 0, seenSize: 0, skipped: 0, complete: true },
    unwritten: [],
    alarm: undefined,
    held: undefined,
    broken: undefined,
    writer: createBatchWriter(
      options.output,
      {
        onRoom: () => startLines(pump),
        onError: (cause) => fail(pump, "output", cause),
        onWritten: options.onWritten && ((texts, bytes) => written(pump, texts, bytes)),
      },
      { maxBytes: options.maxWriteBytes },
    ),
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
    pump.held ??= nextLine(pump);
    if (pump.held === undefined) {
      if (!pump.isAtEnd) readMore(pump);
      break;
    }
    if (mustWait(pump)) return;
    const line = pump.held;
    pump.held = undefined;
    startLine(pump, line);
  }
  // If there is no room, lines may be left; the writer calls again when there is some.
  const isIdle = pump.underWay === 0 && !pump.isReading && pump.held === undefined;
  if (!pump.isStopped && pump.isAtEnd && isIdle && pump.writer.hasRoom()) finish(pump);
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

/** Returns the next line to run. */
function nextLine(pump: Pump): Line | undefined {
  const { source, isDone } = pump.options;
  for (let line = source.next(); line !== undefined; line = source.next()) {
    pump.count.seen++;
    pump.count.seenSize += line.size;
    try {
      if (isDone === undefined || !isDone(line)) return line;
      pump.count.skipped++;
    } catch (cause) {
      pump.isStopped = true;
      pump.done.reject(cause);
    }
  }
  return undefined;
}

/** Tells whether the rate lets no line start now. The stream then goes on by itself when it does. */
function mustWait(pump: Pump): boolean {
  if (pump.options.rate === undefined) return false;
  const ms = pump.options.rate.take();
  if (ms === 0) return false;
  pump.alarm ??= setTimeout(() => {
    pump.alarm = undefined;
    startLines(pump);
  }, ms);
  return true;
}

function startLine(pump: Pump, line: Line): void {
  const place = pump.order.begin();
  const bytes = line.size;
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
    const isEnd = error !== null || length === 0;
    if (isEnd) pump.isAtEnd = true;
    const { source } = pump.options;
    const taken = isEnd ? source.end() : source.push(buffer.subarray(0, length));
    if (taken === undefined) return startLines(pump);
    pump.isReading = true;
    taken.then(
      () => continueReading(pump),
      (cause) => {
        pump.broken = { cause };
        pump.isAtEnd = true;
        continueReading(pump);
      },
    );
  });
}

function continueReading(pump: Pump): void {
  pump.isReading = false;
  if (!pump.isStopped) startLines(pump);
}

function writeResult(pump: Pump, result: Result): void {
  if (pump.isStopped) return;
  const { count, options } = pump;
  pump.writer.add(options.shape === undefined ? result.text : options.shape(result));
  if (options.onWritten !== undefined) pump.unwritten.push({ line: result.line, ok: result.ok });
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

function written(pump: Pump, texts: number, bytes: number): void {
  const lines = pump.unwritten.splice(0, texts);
  try {
    if (lines.length > 0) pump.options.onWritten?.(lines, bytes);
  } catch (cause) {
    pump.isStopped = true;
    pump.done.reject(cause);
  }
}

function finish(pump: Pump): void {
  const { options, broken } = pump;
  pump.isStopped = true;
  const end = options.shapeEnd?.() ?? "";
  if (end !== "") pump.writer.add(end);
  pump.writer.finish().then(
    () => (broken === undefined ? pump.done.resolve(pump.count) : pump.done.reject(broken.cause)),
    (cause) => fail(pump, "output", cause),
  );
}

function fail(pump: Pump, side: StreamFailure["side"], cause: unknown): void {
  pump.isStopped = true;
  pump.done.reject(new StreamFailure(side, cause));
}
