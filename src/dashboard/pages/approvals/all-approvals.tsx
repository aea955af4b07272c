import type { Approval } from "../../../../dist/generated/api-types.ts";
import type { QueryOf } from "../../api/client.ts";
import { defineOptions, queryFrom } from "../../api/list-query.ts";
import { usePages } from "../../api/use-pages.ts";
import { useApp } from "../../app-context.ts";
import { type Column, DataTable } from "../../components/data-table.tsx";
import { EmptyState } from "../../components/empty-state.tsx";
import { type Filter, FilterBar } from "../../components/filter-bar.tsx";
import { NoSuchTask } from "../../components/no-such-task.tsx";
import { StatusBadge, type Tone } from "../../components/status-badge.tsx";
import { TaskLink } from "../../components/task-link.tsx";
import { Time } from "../../components/time.tsx";
import { Link } from "../../routing/link.tsx";
import { APPROVAL_EVENTS } from "../../run/approval-events.ts";

const FILTERS: readonly Filter[] = [
  {
    kind: "select",
    name: "status",
    label: "Status",
    options: defineOptions(["pending", "approved", "rejected", "expired", "cancelled"]),
  },
  { kind: "text", name: "task", label: "Task", placeholder: "label" },
];

const TONES: Readonly<Record<Approval["status"], Tone>> = {
  pending: "waiting",
  approved: "good",
  rejected: "bad",
  expired: "off",
  cancelled: "off",
};

const COLUMNS: readonly Column<Approval>[] = [
  { title: "Approval", render: ({ title }) => <div class="long-text">{title}</div> },
  { title: "Status", render: ({ status }) => <StatusBadge status={status} tone={TONES[status]} /> },
  { title: "Task", render: ({ task }) => <TaskLink task={task} /> },
  {
    title: "Run",
    render: ({ executionId }) => (
      <Link to={`/executions/${executionId}`} class="nowrap">
        Execution {executionId}
      </Link>
    ),
  },
  { title: "Asked", render: ({ createdAt }) => <Time at={createdAt} /> },
  { title: "Decided", render: ({ decidedAt }) => <Time at={decidedAt} /> },
  { title: "By", render: ({ decidedBy }) => decidedBy ?? <span class="quiet">–</span> },
  {
    title: "Comment",
    render: ({ comment }) => comment !== null && <div class="long-text">{comment}</div>,
    isWideOnly: true,
  },
];

const keyOf = ({ id }: Approval) => id;

/** All approvals, newest first, with who decided what. */
export function AllApprovals() {
  const { api, router } = useApp();
  const query: QueryOf<"GET /api/v1/approvals"> = queryFrom<"GET /api/v1/approvals">(router.query.value, [
    "status",
    "task",
    "executionId",
  ]);
  const list = usePages(
    (cursor, signal) => api.call("GET /api/v1/approvals", { query: { ...query, cursor }, signal }),
    { inputs: [JSON.stringify(query)], keyOf, on: APPROVAL_EVENTS },
  );
  return (
    <>
      <FilterBar filters={FILTERS} />
      <DataTable
        caption="Approvals"
        list={list}
        columns={COLUMNS}
        keyOf={keyOf}
        noTask={query.task !== undefined && <NoSuchTask label={query.task} />}
        empty={
          <EmptyState
            title={
              Object.keys(query).length > 0 ? "No approval matches these filters." : "No run has asked anything yet."
            }
          >
            {null}
          </EmptyState>
        }
      />
    </>
  );
}
