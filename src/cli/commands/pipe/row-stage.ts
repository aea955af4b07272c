import { type RowRun, startRow } from "./row-run.ts";
import type { Stage } from "./stage.ts";

/** Runs a task once for each row. Outputs have the order of the rows, and go out as soon as it is their turn. @throws {RatchetError} */
export async function runRowStage(stage: Stage): Promise<void> {
  const { input, output, stop, concurrency } = stage;
  const running = new Set<RowRun>();
  /** In the order of the rows, each ends when it and those before it have written all. */
  const turns: Promise<void>[] = [];
  let last = Promise.resolve();
  let line = 0;
  let isLeft = false;
  /** Resolves when the streams are closed that nobody reads any more. */
  const left = new Promise<void>((resolve) => {
    output.onClose(() => {
      isLeft = true;
      input.close();
      const streams = [...running].filter((row) => row.leave());
      void Promise.allSettled(streams.map(({ ended }) => ended)).then(() => resolve());
    });
  });
  const isOver = () => isLeft || stop.aborted;

  async function inTurn(before: Promise<void>, row: RowRun): Promise<void> {
    try {
      // The failure of a later row must not come before the outputs of earlier ones.
      await before;
      row.begin();
      await row.ended;
    } finally {
      running.delete(row);
    }
  }

  try {
    for (let isAtEnd = false; !isAtEnd && !isOver(); ) {
      const { rows, end } = await input.take();
      isAtEnd = end;
      for (const row of rows) {
        if (turns.length >= concurrency) await Promise.race([turns.shift(), left]);
        if (isOver()) break;
        const run = startRow(stage, row, (made) => output.put({ ...made, line: ++line }));
        run.ended.catch(() => {}); // it is reported in its turn
        running.add(run);
        last = inTurn(last, run);
        // A failure is not kept waiting by the next row.
        last.catch(() => input.close());
        turns.push(last);
      }
    }
    await Promise.race([last, left]);
  } catch (error) {
    // What is closed because nobody reads it has not failed.
    if (!isOver()) throw error;
    if (isLeft) await left;
  } finally {
    input.close();
    output.end();
  }
}
