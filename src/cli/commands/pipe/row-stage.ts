import { RawJson } from "../../../domain/raw-json.ts";
import { readText } from "../../../domain/shared-text.ts";
import { execute } from "../../../execution/execute.ts";
import { type LineEnd, lineExecutor } from "../run-once/line-durable.ts";
import type { Row } from "./row-queue.ts";
import { atLine, type Stage } from "./stage.ts";

/** Runs a task once for each row. Outputs have the order of the rows. @throws {RatchetError} */
export async function runRowStage(stage: Stage): Promise<void> {
  const { input, output, stop, concurrency } = stage;
  const underWay: Promise<() => Promise<void>>[] = [];
  let isLeft = false;
  output.onClose(() => {
    isLeft = true;
    input.close();
  });
  const run = rowRunner(stage);
  let written = 0;
  const write = async (end: LineEnd) => {
    if (end.status === "failed") return;
    for (const json of end.items ?? [readText(end.outputJson)]) await output.put({ json, line: ++written });
  };
  const finishFirst = async () => {
    const first = underWay.shift();
    if (first !== undefined) await (await first)();
  };
  try {
    for (let isAtEnd = false; !isAtEnd && !isLeft && !stop.aborted; ) {
      const { rows, end } = await input.take();
      isAtEnd = end;
      for (const row of rows) {
        if (underWay.length >= concurrency) await finishFirst();
        if (isLeft || stop.aborted) break;
        // The failure of a later row must not come before the outputs of earlier ones.
        underWay.push(
          run(row).then(
            (ended) => () => write(ended),
            (error) => () => Promise.reject(error),
          ),
        );
      }
    }
    while (underWay.length > 0 && !isLeft && !stop.aborted) await finishFirst();
  } finally {
    input.close();
    output.end();
  }
}

function rowRunner(stage: Stage): (row: Row) => Promise<LineEnd> {
  const { host, masked, stop } = stage;
  const durably = lineExecutor(async () => host);
  return async ({ json, line }) => {
    const end = await durably({ ...stage.request(), input: new RawJson(json), signal: stop }, execute);
    if (end.status === "completed") return end;
    const result = masked(end);
    throw atLine(stage, result.status === "failed" ? result.error : end.error, line);
  };
}
