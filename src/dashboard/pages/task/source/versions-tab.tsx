import type { TaskDetail, TaskVersion } from "../../../../../dist/generated/api-types.ts";
import { useLoad } from "../../../api/use-load.ts";
import { useApp } from "../../../app-context.ts";
import { type Column, Rows } from "../../../components/data-table.tsx";
import { ErrorBox } from "../../../components/error-box.tsx";
import { Loading } from "../../../components/loading.tsx";
import { StatusBadge } from "../../../components/status-badge.tsx";
import { Time } from "../../../components/time.tsx";
import { UnfinishedJobs } from "./unfinished-jobs.tsx";
import { VersionChanges } from "./version-changes.tsx";

/** A version with the label of its task, for links. */
type Row = TaskVersion & { label: string };

const COLUMNS: readonly Column<Row>[] = [
  { title: "Version", render: ({ version }) => version },
  { title: "State", render: (row) => <State {...row} /> },
  { title: "Unfinished jobs", render: (row) => <UnfinishedJobs {...row} /> },
  { title: "Source", render: ({ source }) => source, isWideOnly: true },
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
  const { uuid, label } = task;
  const { data, problem } = useLoad(
    (signal) => api.call("GET /api/v1/tasks/:task/versions", { params: { task: uuid }, signal }),
    [uuid],
    { on: ["task.*", "job.*"] },
  );
  if (data === undefined) return problem === undefined ? <Loading /> : <ErrorBox problem={problem} />;
  return (
    <>
      <Rows
        caption="Versions"
        items={data.items.map((version) => ({ ...version, label }))}
        columns={COLUMNS}
        keyOf={({ version }) => version}
      />
      {data.items.length > 1 && <VersionChanges task={uuid} versions={data.items.map(({ version }) => version)} />}
    </>
  );
}

function State({ available, kept }: TaskVersion) {
  if (available) return <StatusBadge status="available" tone="good" />;
  return kept ? <StatusBadge status="kept" tone="waiting" /> : <StatusBadge status="gone" tone="off" />;
}
