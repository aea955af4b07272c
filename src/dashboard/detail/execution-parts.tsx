import type { ExecutionDetail } from "../../../dist/generated/api-types.ts";
import { LogPanel } from "../log/log-panel.tsx";
import { Timeline } from "../timeline/timeline.tsx";
import { Ledger } from "./ledger.tsx";

/** What an execution did: its times, its log and what it touched. */
export function ExecutionParts({ execution }: { execution: ExecutionDetail }) {
  return (
    <>
      <Timeline execution={execution} />
      <LogPanel execution={execution} />
      <Ledger executionId={execution.id} status={execution.status} />
    </>
  );
}
