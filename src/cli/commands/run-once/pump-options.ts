import type { LineResult, RunLine } from "./line-run.ts";
import type { Line, LineSource } from "./line-source.ts";
import type { RateGate } from "./rate-gate.ts";

/** The outcome of a stream. */
export interface StreamCount {
  done: number;
  failed: number;
  /** Number of the first input line that failed, from 1, counting blank lines. */
  firstFailed: number | undefined;
  /** Number of lines that were started or left out, and their length. */
  seen: number;
  seenSize: number;
  /** Number of lines that were left out, because they are finished. */
  skipped: number;
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
  source: LineSource;
  /** Returns true for a line that is not to be run again. May throw. */
  isDone?: ((line: Line) => boolean) | undefined;
  rate?: RateGate | undefined;
  /** Returns what is written for a result. @default its text */
  shape?: ((result: Result) => string) | undefined;
  /** Returns what is written at the end. */
  shapeEnd?: (() => string) | undefined;
  /** Called after results are written, in the order in which they are. */
  onWritten?: ((results: readonly WrittenLine[], bytes: number) => void) | undefined;
  /** Longest write, in bytes; see the writer. */
  maxWriteBytes?: number | undefined;
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

/** A result with the number of its line. */
export type Result = LineResult & { line: number };

/** A line whose result is written. */
export interface WrittenLine {
  line: number;
  ok: boolean;
}
