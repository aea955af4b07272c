import { closeSync, openSync } from "node:fs";
import { unreadableInput } from "../run-once/input.ts";
import { MAX_LINE_BYTES, readJsonLine } from "../run-once/line-run.ts";
import { createLineSplitter } from "../run-once/line-splitter.ts";
import { rowReader } from "../run-once/read-rows.ts";
import type { RowQueue } from "./row-queue.ts";

const STDIN = 0;

/** The rows that go into a pipe. */
export interface PipeInput {
  /** Reads all rows into a queue, as long as somebody takes them. @throws {RatchetError} */
  feed(queue: RowQueue): Promise<void>;
  close(): void;
}

/** Opens the input. @param path @default standard input @throws {RatchetError} INPUT_UNREADABLE */
export function pipeInput(path = "-"): PipeInput {
  const descriptor = path === "-" ? STDIN : open(path);
  const source = createLineSplitter(MAX_LINE_BYTES);
  const read = rowReader({ path, descriptor, source, read: readJsonLine, close: () => {} }, undefined);
  return {
    async feed(queue) {
      const { promise: left, resolve: leave } = Promise.withResolvers<"left">();
      let isLeft = false;
      queue.onClose(() => {
        isLeft = true;
        leave("left");
      });
      try {
        for (let isAtEnd = false; !isAtEnd && !isLeft; ) {
          // Nobody may ever write to standard input again.
          const batch = await Promise.race([read(), left]);
          if (batch === "left") return;
          for (const row of batch.rows) await queue.put(row);
          isAtEnd = batch.end;
        }
      } finally {
        queue.end();
      }
    },
    close() {
      if (descriptor !== STDIN) closeSync(descriptor);
    },
  };
}

function open(path: string): number {
  try {
    return openSync(path, "r");
  } catch (error) {
    throw unreadableInput(path, error);
  }
}
