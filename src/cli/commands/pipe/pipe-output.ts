import { checkStdout, isTerminal, printableJson, stdoutFailure } from "../../framework/output.ts";
import { openOutputFile, outputFilePath, unwritable } from "../../framework/output-file.ts";
import { createBatchWriter } from "../run-once/batch-writer.ts";
import type { RowQueue } from "./row-queue.ts";

const STDOUT = 1;

/** Where the rows of the last task go. */
export interface PipeOutput {
  /** Writes all rows of a queue. If nobody reads them, it closes the queue. @throws {Error} */
  drain(queue: RowQueue): Promise<void>;
  commit(): void;
  discard(): void;
}

/** Opens the output. @param option of `--output` @throws {RatchetError} ENVIRONMENT */
export function openPipeOutput(option: string | undefined): PipeOutput {
  const path = outputFilePath(option);
  if (path === undefined) checkStdout();
  const file = path === undefined ? undefined : openOutputFile(path);
  const isShown = path === undefined && isTerminal("stdout");
  return {
    async drain(queue) {
      let broken: { error: unknown } | undefined;
      let wake = () => {};
      const writer = createBatchWriter(file?.descriptor ?? STDOUT, {
        onRoom: () => wake(),
        onError(error) {
          broken = { error };
          queue.close();
          wake();
        },
      });
      let isClosed = false;
      queue.onClose(() => {
        isClosed = true;
      });
      for (let isAtEnd = false; !isAtEnd && !isClosed; ) {
        const { rows, end } = await queue.take();
        isAtEnd = end;
        for (const { json } of rows) writer.add(`${isShown ? printableJson(json) : json}\n`);
        if (!writer.hasRoom() && broken === undefined) {
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        }
      }
      await writer.finish().catch(() => {}); // `broken` has the error
      if (broken !== undefined) {
        throw path === undefined ? stdoutFailure(broken.error) : unwritable(path, broken.error);
      }
    },
    commit: () => file?.commit(),
    discard: () => file?.discard(),
  };
}
