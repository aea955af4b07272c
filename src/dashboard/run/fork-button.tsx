import { useState } from "preact/hooks";
import type { ExecutionDetail, Operation } from "../../../dist/generated/api-types.ts";
import { useApp } from "../app-context.ts";
import { ForkDialog } from "./fork-dialog.tsx";
import { hasEnded } from "./use-journal.ts";

/** What {@link ForkButton} takes. */
export interface ForkButtonProps {
  /** Undefined until it is loaded. */
  execution: ExecutionDetail | undefined;
  operations: readonly Operation[];
}

/** A button that does a finished run again from one of its steps. For those who may, and for executions with a run. */
export function ForkButton({ execution, operations }: ForkButtonProps) {
  const { access } = useApp();
  const [isOpen, setOpen] = useState(false);
  const canFork = execution !== undefined && hasEnded(execution.status) && operations.length > 0;
  if (!canFork || !access.can("write")) return null;
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Fork
      </button>
      {isOpen && <ForkDialog execution={execution} operations={operations} onClose={() => setOpen(false)} />}
    </>
  );
}
