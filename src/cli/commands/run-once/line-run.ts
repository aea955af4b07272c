import { RatchetError } from "../../../domain/errors.ts";
import type { JsonObject } from "../../../domain/json.ts";
import { readText } from "../../../domain/shared-text.ts";
import type { ExecuteRequest, ExecuteResult } from "../../../execution/execute.ts";
import { formatSize } from "../../../lib/size.ts";
import { errorJson } from "../../framework/error-report.ts";
import { decodeText, parseInput } from "./input.ts";
import type { Line } from "./line-splitter.ts";

/** The result of one line. */
export interface LineResult {
  /** The line to write, with its line feed. */
  text: string;
  ok: boolean;
}

/** Maximum length of a line of a stream, in bytes. */
export const MAX_LINE_BYTES = 16 * 1024 * 1024;

/** Runs the task for one line. Never rejects, because a failed line has a result too. */
export type RunLine = (line: Line) => Promise<LineResult>;

/**
 * Creates the function that runs lines.
 * @param run executes the task with one input
 * @param envelope results carry the number of their line
 */
export function lineRunner(
  run: (input: ExecuteRequest["input"], line: number) => Promise<ExecuteResult>,
  envelope: boolean,
): RunLine {
  const failed = (line: Line, error: RatchetError, durationMs: number): LineResult => {
    const shown: JsonObject = { error: errorJson(error) };
    const whole = envelope ? { line: line.number, ok: false, ...shown, durationMs: rounded(durationMs) } : shown;
    return { text: `${JSON.stringify(whole)}\n`, ok: false };
  };
  return async (line) => {
    let input: ExecuteRequest["input"];
    try {
      if (line.bytes === undefined) {
        throw new RatchetError("INVALID_INPUT", `line ${line.number} has more than ${formatSize(MAX_LINE_BYTES)}.`, {
          remedy: "Make it shorter.",
          data: { limit: MAX_LINE_BYTES },
        });
      }
      const name = `line ${line.number}`;
      input = parseInput(decodeText(line.bytes, name), name, line.number);
    } catch (error) {
      if (error instanceof RatchetError) return failed(line, error, 0);
      throw error;
    }
    const result = await run(input, line.number);
    const { durationMs } = result.usage;
    if (result.status === "failed") return failed(line, result.error, durationMs);
    const outputJson = readText(result.outputJson);
    if (!envelope) return { text: `${outputJson}\n`, ok: true };
    // The output is JSON text already.
    const text = `{"line":${line.number},"ok":true,"output":${outputJson},"durationMs":${rounded(durationMs)}}\n`;
    return { text, ok: true };
  };
}

/** Microseconds are enough. */
function rounded(ms: number): number {
  return Math.round(ms * 1_000) / 1_000;
}
