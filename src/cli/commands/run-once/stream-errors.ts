import { RatchetError } from "../../../domain/errors.ts";
import { stdoutFailure } from "../../framework/output.ts";
import { unwritable } from "../../framework/output-file.ts";
import { unreadableInput } from "./input.ts";
import type { StreamCount, StreamFailure } from "./pump-options.ts";

/** The error of a stream with failed lines. */
export function linesFailed({ failed, lines, firstFailed, complete }: StreamCount & { lines: number }): RatchetError {
  const message = `${failed} of ${lines === 1 ? "1 line" : `${lines} lines`} failed, first: line ${firstFailed}`;
  return new RatchetError("LINES_FAILED", message, {
    remedy: complete
      ? "The output has an error in the place of each failed line."
      : "The run stopped at this line because of --fail-fast; the output ends with its error.",
    data: { failed, lines, firstFailed: firstFailed ?? null },
  });
}

/** Says what a failed read or write means. */
export function explain(failure: StreamFailure, inputPath: string, outputPath: string | undefined): Error {
  if (failure.side === "input") return unreadableInput(inputPath, failure.cause);
  if (outputPath === undefined) return stdoutFailure(failure.cause);
  return unwritable(outputPath, failure.cause);
}
