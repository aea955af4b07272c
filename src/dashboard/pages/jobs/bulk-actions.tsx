import { useState } from "preact/hooks";
import type { QueryOf } from "../../api/client.ts";
import { useApp } from "../../app-context.ts";
import { type BulkAction, BulkDialog } from "./bulk-dialog.tsx";

/** The buttons that retry or cancel all jobs that match the filters, for those who may. */
export function BulkActions({ query, onDone }: { query: QueryOf<"GET /api/v1/jobs">; onDone: () => void }) {
  const { access } = useApp();
  const [action, setAction] = useState<BulkAction | undefined>(undefined);
  if (!access.can("write")) return null;
  return (
    <>
      <span class="quiet" id="bulk-actions">
        All that match:
      </span>
      <button type="button" aria-describedby="bulk-actions" onClick={() => setAction("retry")}>
        Retry
      </button>
      <button type="button" aria-describedby="bulk-actions" onClick={() => setAction("cancel")}>
        Cancel
      </button>
      {action !== undefined && (
        <BulkDialog action={action} query={query} onClose={() => setAction(undefined)} onDone={onDone} />
      )}
    </>
  );
}
