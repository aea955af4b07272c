import { RatchetError } from "../../../domain/errors.ts";
import type { JsonObject, JsonValue } from "../../../domain/json.ts";
import { readText } from "../../../domain/shared-text.ts";
import { formatSize } from "../../../lib/size.ts";
import { errorJson } from "../../framework/error-report.ts";
import { decodeText, parseInput } from "./input.ts";
import type { LineEnd } from "./line-durable.ts";
import type { Line } from "./line-source.ts";

/** The result of one line. */
export interface LineResult {
  /** The line to write, with its line feed. If results are shaped later, only the output as JSON. */
  text: string;
  ok: boolean;
  /** Why the line failed, and the time that it took in ms; only if results are shaped later. */
  error?: RatchetError;
  durationMs?: number;
}

/** Maximum length of a line of a stream, in bytes. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Runs the task for one line. Never rejects, because a failed line has a result too. */
export type RunLine = (line: Line) => Promise<LineResult>;

/** What runs lines. */
export interface LineRunnerOptions {
  /** Reads the input of a line. @throws {RatchetError} */
  read: (line: Line) => JsonValue;
  /** Executes the task with one input. */
  run: (input: JsonValue, line: number) => Promise<LineEnd>;
  /** Results carry the number of their line. */
  envelope: boolean;
  /** Results get their final form later. */
  isShaped: boolean;
}

/** Creates the function that runs lines. */
export function lineRunner({ read, run, envelope, isShaped }: LineRunnerOptions): RunLine {
  const failed = (line: Line, error: RatchetError, durationMs: number): LineResult => {
    if (isShaped) return { text: "", ok: false, error, durationMs };
    const shown: JsonObject = { error: errorJson(error) };
    const whole = envelope ? { line: line.number, ok: false, ...shown, durationMs: roundedMs(durationMs) } : shown;
    return { text: `${JSON.stringify(whole)}\n`, ok: false };
  };
  return async (line) => {
    let input: JsonValue;
    try {
      input = read(line);
    } catch (error) {
      if (error instanceof RatchetError) return failed(line, error, 0);
      throw error;
    }
    const result = await run(input, line.number);
    const { durationMs } = result.usage;
    if (result.status === "failed") return failed(line, result.error, durationMs);
    const outputJson = readText(result.outputJson);
    if (isShaped) return { text: outputJson, ok: true, durationMs };
    if (!envelope) return { text: (result.items ?? [outputJson]).map((json) => `${json}\n`).join(""), ok: true };
    // The output is JSON text already.
    const text = `{"line":${line.number},"ok":true,"output":${outputJson},"durationMs":${roundedMs(durationMs)}}\n`;
    return { text, ok: true };
  };
}

/**
 * Reads a line of JSON.
 * @throws {RatchetError} INVALID_INPUT, INVALID_JSON
 */
export function readJsonLine(line: Line): JsonValue {
  if (line.bytes === undefined) {
    throw new RatchetError("INVALID_INPUT", `line ${line.number} has more than ${formatSize(MAX_LINE_BYTES)}.`, {
      remedy: "Make it shorter.",
      data: { limit: MAX_LINE_BYTES },
    });
  }
  const name = `line ${line.number}`;
  return parseInput(decodeText(line.bytes, name), name, line.number);
}

/** Microseconds are enough. */
export function roundedMs(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
