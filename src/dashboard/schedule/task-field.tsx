import { useEffect, useState } from "preact/hooks";
import { useLoad } from "../api/use-load.ts";
import { useApp } from "../app-context.ts";
import { SuggestField } from "../components/suggest-field.tsx";

/** How long after the last key tasks are searched. Milliseconds. */
const TYPING_MS = 200;

/** What {@link TaskField} takes. */
export interface TaskFieldProps {
  value: string;
  error: string | undefined;
  onInput: (value: string) => void;
}

/** A field for the label of a task, with a search while it is typed. */
export function TaskField({ value, error, onInput }: TaskFieldProps) {
  const { api } = useApp();
  const [search, setSearch] = useState(value);
  useEffect(() => {
    const timer = setTimeout(() => setSearch(value), TYPING_MS);
    return () => clearTimeout(timer);
  }, [value]);
  const { data } = useLoad(
    (signal) => api.call("GET /api/v1/tasks", { query: { search, sort: "label", limit: 20 }, signal }),
    [search],
  );
  return (
    <SuggestField
      label="Task"
      value={value}
      error={error}
      isRequired
      suggestions={data?.items.map(({ label }) => label) ?? []}
      onInput={onInput}
    />
  );
}
