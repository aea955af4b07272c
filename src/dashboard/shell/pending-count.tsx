import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import { APPROVAL_EVENTS } from "../run/approval-events.ts";

/** Up to this number approvals are counted. */
const MOST = 100;

/** How many approvals wait for a decision, beside the link to them. Nothing if none does. */
export function PendingCount() {
  const { api } = useApp();
  const { data } = useLoad(
    (signal) => api.call("GET /api/v1/approvals", { query: { status: "pending", limit: MOST }, signal }),
    [],
    { on: APPROVAL_EVENTS },
  );
  const count = data?.items.length ?? 0;
  if (count === 0) return null;
  return (
    <span class="count">
      {count}
      {data?.nextCursor != null && "+"}
      <span class="visually-hidden"> pending</span>
    </span>
  );
}
