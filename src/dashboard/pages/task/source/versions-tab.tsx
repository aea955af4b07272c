import type { TaskDetail, TaskVersion } from "../../../../../dist/generated/api-types.ts";
import { useLoad } from "../../../api/use-load.ts";
import { useApp } from "../../../app-context.ts";
import { type Column, Rows } from "../../../components/data-table.tsx";
import { ErrorBox } from "../../../components/error-box.tsx";
import { Loading } from "../../../components/loading.tsx";
import { StatusBadge } from "../../../components/status-badge.tsx";
import { Time } from "../../../components/time.tsx";
import { VersionChanges } from "./version-changes.tsx";

const COLUMNS: readonly Column<TaskVersion>[] = [
  { title: "Version", render: ({ version }) => version },
  {
    title: "State",
    render: ({ available }) => (
      <StatusBadge status={available ? "available" : "gone"} tone={available ? "good" : "off"} />
    ),
  },
  { title: "Source", render: ({ source }) => source },
  {
    title: "Checksum",
    render: ({ checksum }) => <code title={checksum}>{checksum.slice(0, 12)}</code>,
    isWideOnly: true,
  },
  { title: "First seen", render: ({ createdAt }) => <Time at={createdAt} /> },
];

/** The versions of a task, and what changed between two of them. */
export function VersionsTab({ task }: { task: TaskDetail }) {
  const { api } = useApp();
  const { uuid } = task;
  const { data, problem } = useLoad(
    (signal) => api.call("GET /api/v1/tasks/:task/versions", { params: { task: uuid }, signal }),
    [uuid],
    { on: ["task.*"] },
  );
  if (data === undefined) return problem === undefined ? <Loading /> : <ErrorBox problem={problem} />;
  return (
    <>
      <Rows caption="Versions" items={data.items} columns={COLUMNS} keyOf={({ checksum }) => checksum} />
      {data.items.length > 1 && <VersionChanges task={uuid} versions={data.items.map(({ version }) => version)} />}
    </>
  );
}
