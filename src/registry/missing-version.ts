import { RatchetError } from "../domain/errors.ts";
import { defined } from "../lib/defined.ts";
import type { SourceKeeper } from "./source-keeper.ts";
import type { TaskIndex } from "./task-index.ts";

/** A version that the index does not have, and what is known about the sources. */
export interface MissingVersion {
  index: TaskIndex;
  keepers: readonly SourceKeeper[];
  uuid: string;
  /** null for the newest. */
  version: string | null;
}

/** Creates the error for a missing version: the reason if a source refuses the task, ENVIRONMENT if an unavailable source may have it, else TASK_NOT_FOUND. */
export function missingVersion({ index, keepers, uuid, version }: MissingVersion): RatchetError {
  const refusal = keepers.map(({ source }) => source.refusal?.(uuid)).find((error) => error !== undefined);
  if (refusal !== undefined) return refusal;
  const unavailable = keepers.map((keeper) => keeper.status()).find(({ state }) => state === "unavailable");
  if (unavailable !== undefined) {
    const { name, error } = unavailable;
    return new RatchetError("ENVIRONMENT", `The task may be in source "${name}", which is unavailable: ${error}.`, {
      remedy: "Make the source available; `ratchet repo status` shows all of them.",
      data: { uuid, source: name },
    });
  }
  const known = index.tasks.get(uuid)?.map((one) => one.version.version) ?? [];
  const message =
    known.length === 0 ? "No source has this task." : `The task has no version ${version?.slice(0, MAX_SHOWN)}.`;
  const remedy = known.length === 0 ? whereToLook(keepers) : `It has ${known.slice(0, MAX_LISTED).join(", ")}.`;
  const data = defined({ uuid, version: version ?? undefined });
  return new RatchetError("TASK_NOT_FOUND", message, { remedy, data });
}

/** Maximum length of a requested version that a message shows, characters. */
const MAX_SHOWN = 100;

/** Maximum number of versions that a remedy lists. */
const MAX_LISTED = 10;

function whereToLook(keepers: readonly SourceKeeper[]): string {
  const broken = keepers.some((keeper) => keeper.problems().some(({ severity }) => severity === "error"));
  return broken ? "`ratchet repo status` shows tasks that can't be loaded." : "`ratchet repo list` lists the tasks.";
}
