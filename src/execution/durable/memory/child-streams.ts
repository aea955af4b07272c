import { RatchetError } from "../../../domain/errors.ts";
import type { TaskDefinition } from "../../../domain/task.ts";
import { checkedRows } from "../checked-rows.ts";
import type { ChildStreams } from "./children.ts";
import type { RunSurroundings } from "./run-surroundings.ts";

/** What the run of a child tells its streams. */
export function streamListeners(
  { written, rows }: ChildStreams,
  task: TaskDefinition,
): Partial<Pick<RunSurroundings, "onItem" | "readRows" | "onCloseRows">> {
  return {
    ...(written !== undefined && { onItem: written.sink() }),
    ...(rows !== undefined && {
      async readRows(from) {
        const batch = await rows.read(from);
        return "error" in batch ? batch : checkedRows(batch, { task, source: rows.source, from });
      },
      onCloseRows: () => rows.stop(),
    }),
  };
}

/** The error of a run that asks for `continueAsNew`, which would begin its stream, or the reading of one, again. */
export function streamedRenewal(): RatchetError {
  const message = "a task can't use continueAsNew in a step whose stream another one reads, or that reads one";
  return new RatchetError("STREAM_UNAVAILABLE", message, { remedy: "Loop in the task, without continueAsNew." });
}
