import type { TaskName } from "../../../dist/generated/api-types.ts";
import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import { SuggestField } from "../components/suggest-field.tsx";

/** What {@link VersionField} takes. */
export interface VersionFieldProps {
  task: TaskName | null;
  value: string;
  error: string | undefined;
  onInput: (value: string) => void;
}

/** A field for the version of a task with which a run goes on. */
export function VersionField({ task, value, error, onInput }: VersionFieldProps) {
  const { api } = useApp();
  const { data } = useLoad(
    async (signal) => {
      if (task === null) return [];
      return (await api.call("GET /api/v1/tasks/:task/versions", { params: { task: task.uuid }, signal })).items;
    },
    [task?.uuid],
  );
  return (
    <SuggestField
      label="Version"
      description="The exact version that runs from now on. Empty: the one that ran."
      value={value}
      suggestions={(data ?? []).map(({ version }) => version)}
      error={error}
      onInput={onInput}
    />
  );
}
