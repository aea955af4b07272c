import { useState } from "preact/hooks";
import type { Schedule } from "../../../../dist/generated/api-types.ts";
import { useLoad } from "../../api/use-load.ts";
import { useApp } from "../../app-context.ts";
import { ErrorBox } from "../../components/error-box.tsx";
import { Loading } from "../../components/loading.tsx";
import { Page } from "../../components/page.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { Missing } from "../../detail/missing.tsx";
import type { PathParams } from "../../routing/match-path.ts";
import { draftOf } from "../../schedule/draft.ts";
import { ScheduleForm, type ScheduleRequest } from "../../schedule/schedule-form.tsx";
import { FiringHistory } from "./firing-history.tsx";
import { ScheduleActions } from "./schedule-actions.tsx";
import { ScheduleFacts } from "./schedule-facts.tsx";
import { UpcomingFirings } from "./upcoming-firings.tsx";

/** One schedule: when it fires and fired, and what may be done with it. */
export default function SchedulePage({ params: { id = "" } }: { params: PathParams }) {
  const { api, access } = useApp();
  const [isEditing, setEditing] = useState(false);
  const { data, problem, reload } = useLoad(
    (signal) => api.call("GET /api/v1/schedules/:id", { params: { id }, signal }),
    [id],
    { on: ["schedule.*"] },
  );
  if (data === undefined) return <Absent id={id} problem={problem} />;
  return (
    <Page
      title={data.name}
      heading={<Heading {...data} />}
      actions={
        access.can("write") && <ScheduleActions schedule={data} onChange={reload} onEdit={() => setEditing(true)} />
      }
    >
      {problem !== undefined && <ErrorBox problem={problem} />}
      {isEditing ? (
        <EditForm
          schedule={data}
          onDone={() => {
            setEditing(false);
            reload();
          }}
        />
      ) : (
        <>
          <ScheduleFacts schedule={data} />
          <UpcomingFirings key={data.updatedAt} schedule={data} />
          <FiringHistory id={data.id} />
        </>
      )}
    </Page>
  );
}

function Heading({ name, enabled }: Schedule) {
  return (
    <>
      {name} <StatusBadge status={enabled ? "enabled" : "paused"} tone={enabled ? "good" : "off"} />
    </>
  );
}

function Absent({ id, problem }: { id: string; problem: ReturnType<typeof useLoad>["problem"] }) {
  const name = `Schedule ${id}`;
  if (problem === undefined) {
    return (
      <Page title={name}>
        <Loading />
      </Page>
    );
  }
  return (
    <Missing
      name={name}
      problem={problem}
      list={{ to: "/schedules", name: "All schedules" }}
      reason="It may have been deleted."
    />
  );
}

function EditForm({ schedule, onDone }: { schedule: Schedule; onDone: () => void }) {
  const { api, toasts } = useApp();
  const [start] = useState(() => draftOf(schedule));
  async function save(body: ScheduleRequest): Promise<void> {
    await api.call("PATCH /api/v1/schedules/:id", { params: { id: schedule.id }, body });
    toasts.show("The schedule was saved.");
    onDone();
  }
  return <ScheduleForm start={start} action="Save" onSubmit={save} onCancel={onDone} />;
}
