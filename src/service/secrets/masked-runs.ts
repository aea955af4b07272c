import type { RunChange } from "../../store/contract/runs.ts";
import type { Store } from "../../store/contract/store.ts";
import { keyOf, type Masker, type Maskers, NOTHING_SECRET, textOf, withMasked } from "./masked-members.ts";

/** Masks the texts that callers choose when they signal and decide. */
export function maskedRuns(runs: Store["runs"], { masker, keys }: Maskers): Store["runs"] {
  return {
    ...runs,
    signal: async (signal) =>
      runs.signal(withMasked(signal, ["name", "idempotencyKey", "correlationKey"], await keys())),
    async sent(jobId, key, name) {
      const by = await keys();
      return runs.sent(jobId, keyOf(key, by), keyOf(name, by));
    },
    waits: async (executionId, name) =>
      runs.waits(executionId, name === undefined ? undefined : keyOf(name, await keys())),
    kept: async (jobId, name, ...rest) => runs.kept(jobId, keyOf(name, await keys()), ...rest),
    decide: async (decision) => runs.decide({ ...decision, comment: textOf(decision.comment, await masker()) }),
  };
}

/**
 * Masks what the operations of runs are called and found by: names of signals, of which both sides are masked the same way,
 * titles of approvals, keys of calls. Requests and results are protected by whoever stores them.
 */
export function maskedOperations(jobs: Store["jobs"], { masker, keys }: Maskers): Store["jobs"] {
  return {
    ...jobs,
    async completeAndClaim(request) {
      const { runs = [] } = request;
      if (runs.length === 0) return jobs.completeAndClaim(request);
      const by = await keys();
      if (by === NOTHING_SECRET) return jobs.completeAndClaim(request);
      const shown = await masker();
      const masked = runs.map((run) => ({ ...run, changes: run.changes.map((one) => maskedChange(one, by, shown)) }));
      return jobs.completeAndClaim({ ...request, runs: masked });
    },
  };
}

function maskedChange(change: RunChange, keys: Masker, shown: Masker): RunChange {
  if (!("operation" in change)) return change;
  const { operation } = change;
  const isTitle = operation.kind === "approve";
  const found = withMasked(operation, isTitle ? ["key", "label", "who"] : ["key", "label", "name"], keys);
  const masked = isTitle ? { ...found, name: shown.text(operation.name) } : found;
  return masked === operation ? change : ({ ...change, operation: masked } as RunChange);
}
