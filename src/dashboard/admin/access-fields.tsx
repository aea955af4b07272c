import { defineOptions } from "../api/list-query.ts";
import { SelectField } from "../components/select-field.tsx";
import { TextField } from "../components/text-field.tsx";

/** What a user or a key may do. */
export type Role = (typeof ROLES)[number];

/** Rights as they are being entered. */
export interface AccessDraft {
  role: Role;
  /** Patterns of labels, separated by commas. Empty: all tasks. */
  tasks: string;
}

const ROLES = ["viewer", "operator", "admin"] as const;

/** Returns the patterns of labels as requests have them. */
export function patternsOf(tasks: string): readonly string[] | null {
  const patterns = tasks.split(/[\s,]+/).filter((pattern) => pattern !== "");
  return patterns.length === 0 ? null : patterns;
}

/** What {@link AccessFields} takes. */
export interface AccessFieldsProps {
  draft: AccessDraft;
  /** Returns what the server found wrong with a place of the request. */
  errorAt: (pointer: string) => string | undefined;
  onChange: (draft: AccessDraft) => void;
}

/** The fields that say what a user or a key may do. */
export function AccessFields({ draft, errorAt, onChange }: AccessFieldsProps) {
  const patterns = patternsOf(draft.tasks) ?? [];
  const wrongPattern = patterns.map((_, index) => errorAt(`/tasks/${index}`)).find((error) => error !== undefined);
  return (
    <>
      <SelectField
        label="Role"
        description="A viewer sees everything, an operator also runs tasks, an admin also changes the server."
        value={draft.role}
        options={defineOptions(ROLES)}
        onChange={(value) => onChange({ ...draft, role: ROLES.find((one) => one === value) ?? "viewer" })}
      />
      <TextField
        label="Tasks"
        description="Patterns of labels, such as billing-*, separated by commas. Left empty: all tasks."
        value={draft.tasks}
        error={errorAt("/tasks") ?? wrongPattern}
        onInput={(tasks) => onChange({ ...draft, tasks })}
      />
    </>
  );
}
