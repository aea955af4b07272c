import type { Approval } from "../../../../dist/generated/api-types.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { ErrorBox } from "../../components/error-box.tsx";
import { Loading } from "../../components/loading.tsx";
import { APPROVAL_EVENTS } from "../../run/approval-events.ts";
import { PendingApproval } from "./pending-approval.tsx";

/** How many forms are shown before the reader asks for more. */
const PAGE = 20;

const keyOf = ({ id }: Approval) => id;

/** The approvals that somebody has to decide about, newest first. */
export function PendingApprovals() {
  const { api } = useApp();
  const { items, problem, hasMore, isLoading, loadMore, reload } = usePages(
    (cursor, signal) =>
      api.call("GET /api/v1/approvals", {
        query: { status: "pending", limit: PAGE, ...(cursor === undefined ? {} : { cursor }) },
        ...(signal === undefined ? {} : { signal }),
      }),
    { inputs: [], keyOf, on: APPROVAL_EVENTS },
  );
  if (items === undefined) return problem === undefined ? <Loading /> : <ErrorBox problem={problem} />;
  return (
    <>
      {problem !== undefined && <ErrorBox problem={problem} />}
      {items.length === 0 && (
        <EmptyState title="Nothing waits for a decision.">
          <p>
            What a task asks with <code>context.approve</code> appears here.
          </p>
        </EmptyState>
      )}
      {items.map((approval) => (
        <PendingApproval key={approval.id} approval={approval} onDecided={reload} />
      ))}
      {hasMore && (
        <button type="button" class="more" disabled={isLoading} onClick={loadMore}>
          Show more
        </button>
      )}
    </>
  );
}
