import type { RunStore } from "../store/contract/runs.ts";
import type { Meter } from "../telemetry/measurements.ts";

/** Records the signals that are sent to runs, and the approvals that are decided. */
export function measuredRuns(runs: RunStore, record: Meter["run"]): RunStore {
  return {
    ...runs,
    async signal(signal) {
      const sent = await runs.signal(signal);
      record({ what: "signal", status: sent.status });
      return sent;
    },
    async decide(decision) {
      const approval = await runs.decide(decision);
      record({ what: "approval", approved: decision.approved });
      return approval;
    },
  };
}
