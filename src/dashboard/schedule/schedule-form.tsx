import { useMemo, useRef, useState } from "preact/hooks";
import type { TaskDetail } from "../../../dist/generated/api-types.ts";
import type { Api } from "../api/client.ts";
import { type Problem, problemOf } from "../api/problem.ts";
import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import { CheckboxField } from "../components/checkbox-field.tsx";
import { ErrorBox } from "../components/error-box.tsx";
import { FormButtons } from "../components/form-buttons.tsx";
import { SelectField } from "../components/select-field.tsx";
import { TextField } from "../components/text-field.tsx";
import { initialInput } from "../form/schema/initial-input.ts";
import type { Json } from "../form/schema/json.ts";
import type { InputCheck } from "../form/use-input-check.ts";
import { type Draft, settingsOf, type Timing, timingOf } from "./draft.ts";
import { InputSection } from "./input-section.tsx";
import { OVERLAPS, overlapOf } from "./overlaps.ts";
import { PlanFields } from "./plan-fields.tsx";
import { TaskField } from "./task-field.tsx";
import { usePreview } from "./use-preview.ts";

/** A schedule as requests have it. */
export type ScheduleRequest = ReturnType<typeof settingsOf> & Timing;

/** What {@link ScheduleForm} takes. */
export interface ScheduleFormProps {
  start: Draft;
  /** What the button says. */
  action: string;
  /** Sends it. What it throws is shown. */
  onSubmit: (request: ScheduleRequest) => Promise<void>;
  onCancel: () => void;
}

/** The form in which a schedule is entered. */
export function ScheduleForm({ start, action, onSubmit, onCancel }: ScheduleFormProps) {
  const [draft, setDraft] = useState(start);
  const [isBusy, setBusy] = useState(false);
  const [isStrict, setStrict] = useState(false);
  const [problem, setProblem] = useState<Problem | undefined>(undefined);
  const check = useRef<InputCheck | undefined>(undefined);
  const timing = timingOf(draft);
  const preview = usePreview(timing);
  const task = useTask(draft.task.trim());
  const input = useMemo(() => draft.input ?? startOf(task), [draft.input, task]);
  const { api } = useApp();
  const change = (part: Partial<Draft>) => setDraft((before) => ({ ...before, ...part }));
  const changeTask = (label: string) => change({ task: label, input: undefined });
  const missing = isStrict ? missingOf(draft, isBusy || task !== undefined) : {};

  async function submit(): Promise<void> {
    setStrict(true);
    setProblem(undefined);
    if (timing === undefined || draft.name.trim() === "") return;
    setBusy(true);
    try {
      // Whoever is fast sends the form before its task is loaded.
      const chosen = task ?? (await findTask(api, draft.task.trim()));
      if (chosen !== undefined && (check.current === undefined || (await check.current.confirm()))) {
        await onSubmit({ ...settingsOf({ ...draft, input: draft.input ?? startOf(chosen) }, chosen.uuid), ...timing });
      }
    } catch (error) {
      setProblem(problemOf(error));
    }
    setBusy(false);
  }

  return (
    <form
      class="panel"
      noValidate
      aria-label="Schedule"
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) void submit();
      }}
    >
      <TextField label="Name" value={draft.name} error={missing.name} isRequired onInput={(name) => change({ name })} />
      <TaskField value={draft.task} error={missing.task} onInput={changeTask} />
      <PlanFields draft={draft} preview={preview} onChange={change} />
      <OtherFields draft={draft} onChange={change} />
      {task !== undefined && (
        <InputSection
          key={task.uuid}
          task={task}
          value={input}
          onChange={(input) => change({ input: input ?? {} })}
          check={check}
        />
      )}
      {problem !== undefined && <ErrorBox problem={problem} />}
      <FormButtons action={action} isBusy={isBusy} onCancel={onCancel} />
    </form>
  );
}

/** Says what has to be entered before the form can be sent. */
function missingOf({ name }: Draft, hasTask: boolean): { name?: string; task?: string } {
  return {
    ...(name.trim() === "" && { name: "Give the schedule a name." }),
    ...(!hasTask && { task: "Choose a task of this server." }),
  };
}

/** What else is decided for each firing. */
function OtherFields({ draft, onChange }: { draft: Draft; onChange: (change: Partial<Draft>) => void }) {
  const { overlap, catchUpWindow, pauseOnFailure } = draft;
  return (
    <>
      <SelectField
        label="Overlap"
        description="When it fires while a job of the schedule is unfinished."
        value={overlap}
        options={OVERLAPS}
        onChange={(value) => onChange({ overlap: overlapOf(value) })}
      />
      <TextField
        label="Catch up"
        description="Firings missed while the server was down run later if they are not older than this, such as 1h."
        value={catchUpWindow}
        onInput={(value) => onChange({ catchUpWindow: value })}
      />
      <CheckboxField
        label="Pause on failure"
        description="The schedule is paused when one of its jobs fails after all retries."
        isChecked={pauseOnFailure}
        onChange={(value) => onChange({ pauseOnFailure: value })}
      />
    </>
  );
}

/** Loads a task by its label. @returns undefined until it is loaded, and for labels that no task has */
function useTask(label: string): TaskDetail | undefined {
  const { api } = useApp();
  const { data } = useLoad((signal) => findTask(api, label, signal), [label]);
  return data?.label === label ? data : undefined;
}

/** Asks the list first: while a label is being typed, most of its beginnings are no tasks. */
async function findTask(api: Api, label: string, signal?: AbortSignal): Promise<TaskDetail | undefined> {
  if (label === "") return undefined;
  const options = signal === undefined ? {} : { signal };
  const { items } = await api.call("GET /api/v1/tasks", { query: { search: label, limit: 100 }, ...options });
  const found = items.find((task) => task.label === label);
  if (found === undefined) return undefined;
  return api.call("GET /api/v1/tasks/:task", { params: { task: found.uuid }, ...options });
}

function startOf(task: TaskDetail | undefined) {
  return initialInput((task?.inputSchema ?? null) as Json | null) ?? {};
}
