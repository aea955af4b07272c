import { closeSync, fstatSync, ftruncateSync, openSync, readFileSync, writeSync } from "node:fs";
import { RatchetError } from "../../../domain/errors.ts";
import { isObject } from "../../../lib/is-object.ts";
import { unwritable } from "../../framework/output-file.ts";
import { lockCheckpoint } from "./checkpoint-lock.ts";
import { createLineDigests, digestOf, isDigest } from "./line-digests.ts";
import { type LineRanges, mergeRanges, rangeTest } from "./line-ranges.ts";
import type { Line } from "./line-source.ts";
import type { WrittenLine } from "./pump-options.ts";

/** What must be the same for a command to continue another one. */
export type CommandFacts = Readonly<Record<string, string | number | boolean | null>>;

/** A file that records which lines of a stream are finished. */
export interface Checkpoint {
  /** Some lines were finished before. */
  readonly isContinued: boolean;
  /** Bytes of the output that belong to finished lines. */
  readonly outputBytes: number;
  readonly failed: number;
  readonly firstFailed: number | undefined;
  /**
   * Tells whether a line is finished. Asked for each line in the order of the input.
   * @throws {RatchetError} USAGE if the input is not the one of the checkpoint
   */
  isDone(line: Line): boolean;
  /**
   * Checks at the end of the input that the lines that are finished were all there, and as they were.
   * @throws {RatchetError} USAGE
   */
  checkSkipped(): void;
  /**
   * Records lines whose results are written.
   * @param bytes written since the start, by this process
   * @throws {RatchetError} ENVIRONMENT
   */
  record(lines: readonly WrittenLine[], bytes: number): void;
  close(): void;
}

const FORMAT = 1;

/** The first line of the file. */
interface Head {
  checkpoint: typeof FORMAT;
  command: CommandFacts;
  /** Digest of the first line of the input. */
  input: string;
}

/** A further line: what was finished since the one before, and totals. */
interface Entry {
  lines: LineRanges;
  failed: number;
  firstFailed?: number | undefined;
  bytes: number;
  /** Digest of all finished lines, in any order. */
  digest: string;
}

/** What the file says. */
interface Recorded {
  head: Head;
  ranges: LineRanges;
  last: Entry | undefined;
  /** Length of the part that is whole: a process that was killed may have left half a line. */
  length: number;
}

/**
 * Opens a checkpoint, or creates it.
 *
 * Results are written before they are recorded here. So a process that is killed repeats at most lines whose results it
 * had just written.
 * @throws {RatchetError} USAGE if the file belongs to another command, or one that is running; ENVIRONMENT
 */
export function openCheckpoint(path: string, command: CommandFacts): Checkpoint {
  const unlock = lockCheckpoint(path);
  try {
    return openLocked(path, command, unlock);
  } catch (error) {
    unlock();
    throw error;
  }
}

function openLocked(path: string, command: CommandFacts, unlock: () => void): Checkpoint {
  const recorded = readCheckpoint(path);
  if (recorded !== undefined) checkCommand(path, recorded.head.command, command);
  const { write, close } = openForAppending(path, recorded?.length ?? 0);
  const ranges = recorded?.ranges ?? [];
  const isFinished = rangeTest(ranges);
  const before = recorded?.last;
  const outputBytes = before?.bytes ?? 0;
  const totals = { failed: before?.failed ?? 0, firstFailed: before?.firstFailed };
  let isFirst = true;
  const lines = createLineDigests(before?.digest);
  const checkLines = () => {
    if (!lines.areAsBefore()) throw otherInput(path, "lines that are finished were changed, moved or removed");
  };
  const lastFinished = ranges.at(-1)?.[1] ?? 0;
  return {
    isContinued: before !== undefined,
    outputBytes,
    failed: totals.failed,
    firstFailed: totals.firstFailed,
    isDone: (line) => {
      if (isFirst) {
        isFirst = false;
        const input = digestOf(line).toString(16);
        if (recorded === undefined) write({ checkpoint: FORMAT, command, input });
        else if (recorded.head.input !== input) throw otherInput(path, "its first line was different");
      }
      // Nothing new starts on an input that was changed before it.
      if (line.number > lastFinished) checkLines();
      const isDone = isFinished(line.number);
      lines.saw(line, isDone);
      return isDone;
    },
    checkSkipped: checkLines,
    record: (written, bytes) => {
      for (const { line, ok } of written) {
        lines.finished(line);
        if (ok) continue;
        totals.failed++;
        totals.firstFailed = Math.min(totals.firstFailed ?? line, line);
      }
      const ranges = mergeRanges(written.map(({ line }) => [line, line]));
      write({ lines: ranges, ...totals, bytes: outputBytes + bytes, digest: lines.digest() });
    },
    close: () => {
      close();
      unlock();
    },
  };
}

/** Opens the file behind the part that is whole. @param length of that part */
function openForAppending(path: string, length: number): { write: (value: Head | Entry) => void; close: () => void } {
  let descriptor: number;
  try {
    descriptor = openSync(path, "a", 0o600);
    if (fstatSync(descriptor).isFile()) ftruncateSync(descriptor, length);
  } catch (error) {
    throw unwritable(path, error);
  }
  let isOpen = true;
  return {
    write: (value) => {
      try {
        writeSync(descriptor, `${JSON.stringify(value)}\n`);
      } catch (error) {
        throw unwritable(path, error);
      }
    },
    close: () => {
      if (isOpen) closeSync(descriptor);
      isOpen = false;
    },
  };
}

function readCheckpoint(path: string): Recorded | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    // It does not exist yet; anything else shows when it is opened for writing.
    return undefined;
  }
  const length = text.lastIndexOf("\n") + 1;
  const [first, ...others] = text.slice(0, length).split("\n").slice(0, -1);
  if (first === undefined) {
    if (text === "" || text.startsWith('{"checkpoint"')) return undefined;
    throw notACheckpoint(path);
  }
  const head = parse(path, first);
  if (!isHead(head)) throw notACheckpoint(path);
  const entries = others.map((line) => {
    const entry = parse(path, line);
    if (!isEntry(entry)) throw notACheckpoint(path);
    return entry;
  });
  const ranges = mergeRanges(entries.flatMap(({ lines }) => lines));
  return { head, ranges, last: entries.at(-1), length: Buffer.byteLength(text.slice(0, length)) };
}

function parse(path: string, line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw notACheckpoint(path);
  }
}

function isHead(value: unknown): value is Head {
  return isObject(value) && value.checkpoint === FORMAT && isObject(value.command) && typeof value.input === "string";
}

function isEntry(value: unknown): value is Entry {
  if (!isObject(value) || !Array.isArray(value.lines)) return false;
  const isRange = (one: unknown) => Array.isArray(one) && one.length === 2 && one.every((n) => Number.isInteger(n));
  return (
    value.lines.every(isRange) &&
    Number.isInteger(value.failed) &&
    Number.isInteger(value.bytes) &&
    isDigest(value.digest)
  );
}

function checkCommand(path: string, before: CommandFacts, now: CommandFacts): void {
  const names = new Set([...Object.keys(before), ...Object.keys(now)]);
  const different = [...names].filter((name) => before[name] !== now[name]);
  if (different.length === 0) return;
  throw new RatchetError(
    "USAGE",
    `${path} is the checkpoint of another command: ${different.join(", ")} ${different.length === 1 ? "differs" : "differ"}.`,
    {
      remedy: "Give the same options as before, or another file to start from the beginning.",
    },
  );
}

function otherInput(path: string, why: string): RatchetError {
  return new RatchetError("USAGE", `${path} is the checkpoint of another input: ${why}.`, {
    remedy: "Give the same input as before, or another file to start from the beginning.",
  });
}

function notACheckpoint(path: string): RatchetError {
  return new RatchetError("USAGE", `${path} is not a checkpoint.`, {
    remedy: "Name the file of the interrupted command, or a file that does not exist yet.",
  });
}
