import { readText } from "../../../domain/shared-text.ts";
import type { RowBatch } from "../../../execution/durable/checked-rows.ts";
import { durableSession, renewed } from "../../../execution/durable/memory/memory-host.ts";
import type { RunSession } from "../../../execution/durable/memory/run-session.ts";
import type { RunSurroundings } from "../../../execution/durable/memory/run-surroundings.ts";
import { checkInputText, type ExecuteRequest, type ExecuteResult, execute } from "../../../execution/execute.ts";
import { atLine, type Stage } from "./stage.ts";

/** Runs a task that takes all rows as one input. @throws {RatchetError} */
export async function runStreamStage(stage: Stage): Promise<void> {
  const { input, output, stop } = stage;
  let isLeft = false;
  output.onClose(() => {
    isLeft = true;
  });
  try {
    await run(stage, () => isLeft);
  } catch (error) {
    // What it throws when nobody reads any more does not matter.
    if (!isLeft && !stop.aborted) throw error;
  } finally {
    input.close();
    output.end();
  }
}

async function run(stage: Stage, isLeft: () => boolean): Promise<void> {
  const { task, host, masked, output, stop } = stage;
  const rows = createRows(stage);
  let session: RunSession | undefined;
  let written = 0;
  const cancel = () => session?.cancel();
  output.onClose(cancel);
  stop.addEventListener("abort", cancel);
  const onItem: RunSurroundings["onItem"] = (json, item, received) => {
    void output.put({ json, line: ++written, taken: () => received(item + 1) });
  };
  for (let next: ExecuteRequest = { ...stage.request(), input: null }; ; ) {
    session = host.open(task, { onItem, readRows: rows.read, onCloseRows: rows.close });
    if (isLeft() || stop.aborted) session.cancel();
    const { start, ...durable } = durableSession(session);
    const result = masked(await execute({ ...next, durable: { start: { ...start, rows: true }, ...durable } }));
    session.end();
    const problem = rows.wrong() ?? (result.status === "failed" ? { error: result.error } : undefined);
    if (problem !== undefined) throw atLine(stage, problem.error, rows.line());
    const again = renewed(next, session);
    if (again === undefined) {
      const output = outputOf(session, result);
      if (output !== undefined) await stage.output.put({ json: output, line: 1 });
      return;
    }
    next = again;
  }
}

/** What a task returns is a row if it has streamed nothing. A generator that returns nothing has no output. */
function outputOf(session: RunSession, result: ExecuteResult): string | undefined {
  if (session.items() > 0 || result.status === "failed") return undefined;
  const json = readText(result.outputJson);
  return session.hasStream() && json === "null" ? undefined : json;
}

/** The rows that the task reads, and where it is in them. */
interface Rows {
  read: () => Promise<RowBatch>;
  close: (taken: number) => void;
  /** The number of the row that the task has taken last; 0 before the first. */
  line: () => number;
  /** Why a row does not fit. */
  wrong: () => { error: unknown } | undefined;
}

function createRows({ task, input }: Stage): Rows {
  /** Numbers of the rows of the latest batch, and how many came before them. */
  let lines: number[] = [];
  let before = 0;
  let taken: number | undefined;
  let wrong: { error: unknown } | undefined;
  return {
    async read() {
      const { rows, end } = await input.take();
      before += lines.length;
      lines = rows.map(({ line }) => line);
      for (const [index, { json }] of rows.entries()) {
        try {
          await checkInputText(task, json);
        } catch (error) {
          wrong = { error };
          taken = before + index + 1;
          throw error;
        }
      }
      return { rows: rows.map(({ json }) => json), end };
    },
    close(rows) {
      taken ??= rows;
      input.close();
    },
    line: () => (taken === undefined ? lines.at(-1) : lines[taken - before - 1]) ?? 0,
    wrong: () => wrong,
  };
}
