import { RawJson } from "../../../domain/raw-json.ts";
import { readText } from "../../../domain/shared-text.ts";
import { lazySession } from "../../../execution/durable/lazy-session.ts";
import type { ItemSink } from "../../../execution/durable/memory/item-sink.ts";
import { renewed, withReason } from "../../../execution/durable/memory/memory-host.ts";
import type { RunSession } from "../../../execution/durable/memory/run-session.ts";
import { type ExecuteRequest, type ExecuteResult, execute } from "../../../execution/execute.ts";
import type { Row } from "./row-queue.ts";
import { atLine, type Stage } from "./stage.ts";

/** A row that runs. */
export interface RowRun {
  /** It is its turn to write: what it has written so far goes out, and the rest as soon as it is there. */
  begin(): void;
  /** Resolves when all is written. @throws {RatchetError} */
  ended: Promise<void>;
  /** Nobody reads what it writes: a generator is closed. @returns false if it has no stream, so that nothing waits for it */
  leave(): boolean;
}

/** Starts the run of a task for one row. Its items wait for its turn, and the task waits if there are too many of them. */
export function startRow(
  stage: Stage,
  { json, line }: Row,
  write: (row: Omit<Row, "line">) => Promise<void> | undefined,
): RowRun {
  const { host, masked, stop } = stage;
  let begin: () => void = () => {};
  let written = new Promise<void>((resolve) => {
    begin = resolve;
  });
  let items = 0;
  let isLeft = false;
  let session: RunSession | undefined;
  const onItem: ItemSink = (text, item, received) => {
    items += 1;
    written = written.then(() => write({ json: text, taken: () => received(item + 1) }));
  };

  async function run(): Promise<ExecuteResult> {
    const request: ExecuteRequest = { ...stage.request(), input: new RawJson(json), signal: stop };
    for (let next = request; ; ) {
      const { session: durable, opened } = lazySession(async () => {
        session = host.open(stage.task, { onItem });
        if (isLeft) session.cancel();
        return session;
      });
      const result = await execute({ ...next, durable });
      const own = await opened();
      own?.end();
      const again = own === undefined ? undefined : renewed(request, own);
      if (again === undefined || isLeft) return masked(withReason(result));
      next = again;
    }
  }

  async function end(): Promise<void> {
    const result = await run();
    if (result.status === "failed") throw atLine(stage, result.error, line);
    await written;
    const output = readText(result.outputJson);
    // A generator that returns nothing has no output, and one that has written something has no other.
    if (items === 0 && !(session?.hasStream() === true && output === "null")) await write({ json: output });
  }

  return {
    begin: () => begin(),
    ended: end(),
    leave() {
      isLeft = true;
      session?.cancel();
      return session?.hasStream() === true;
    },
  };
}
