import { useMemo } from "preact/hooks";
import { useApp } from "../../app-context.ts";
import { EmptyState } from "../../components/empty-state.tsx";
import { Page } from "../../components/page.tsx";
import { newDraft } from "../../schedule/draft.ts";
import { ScheduleForm, type ScheduleRequest } from "../../schedule/schedule-form.tsx";

/** The form that creates a schedule. A link may name the task: `/schedules/new?task=x`. */
export default function NewSchedulePage() {
  const { api, access, router, toasts } = useApp();
  const start = useMemo(() => ({ ...newDraft(), task: router.query.peek().get("task") ?? "" }), [router]);

  async function create(body: ScheduleRequest): Promise<void> {
    const { id, name } = await api.call("POST /api/v1/schedules", { body });
    toasts.show(`Schedule ${name} was created.`);
    router.navigate(`/schedules/${id}`);
  }

  return (
    <Page title="New schedule">
      {access.can("write") ? (
        <ScheduleForm start={start} action="Create" onSubmit={create} onCancel={() => router.navigate("/schedules")} />
      ) : (
        access.me.value !== undefined && (
          <EmptyState title="You may not create schedules.">
            <p>Ask an admin for the role operator.</p>
          </EmptyState>
        )
      )}
    </Page>
  );
}
