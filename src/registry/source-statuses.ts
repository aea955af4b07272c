import type { Problem } from "../domain/problem.ts";
import { capProblems, type LimitCaps } from "../task/limit-caps.ts";
import type { SourceStatus } from "./registry.ts";
import type { SourceKeeper } from "./source-keeper.ts";
import type { TaskIndex } from "./task-index.ts";
import type { Validations } from "./validations.ts";

/** Where the facts about sources are. */
export interface StatusFacts {
  keepers: readonly SourceKeeper[];
  validations: Pick<Validations, "errors">;
  index: TaskIndex;
  /** The server's upper bounds of limits; undefined if nothing runs here. */
  caps: LimitCaps | undefined;
}

/** Returns the status of each source, with the number and the problems of its tasks. */
export function sourceStatuses({ keepers, validations, index, caps }: StatusFacts): SourceStatus[] {
  const all = [...index.tasks.values()].flat().map(({ version }) => version);
  return keepers.map((keeper) => {
    const status = keeper.status();
    const own = all.filter(({ source }) => source === status.name);
    const problems: Problem[] = [...keeper.problems(), ...(index.problems.get(status.name) ?? [])];
    for (const { checksum } of own) problems.push(...validations.errors(checksum));
    if (caps !== undefined) {
      for (const { limits, origin } of own) problems.push(...capProblems(limits, caps, `${origin}/metadata.json`));
    }
    return { ...status, tasks: new Set(own.map(({ uuid }) => uuid)).size, versions: own.length, problems };
  });
}
