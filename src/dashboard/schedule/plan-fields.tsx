import { useMemo } from "preact/hooks";
import { SelectField } from "../components/select-field.tsx";
import { SuggestField } from "../components/suggest-field.tsx";
import { TextField } from "../components/text-field.tsx";
import type { Draft, PlanKind } from "./draft.ts";
import { PlanPreview } from "./plan-preview.tsx";
import type { Preview } from "./use-preview.ts";

const KINDS: readonly { value: PlanKind; name: string }[] = [
  { value: "cron", name: "By a cron expression" },
  { value: "every", name: "At a regular interval" },
  { value: "at", name: "Once" },
];

/** What {@link PlanFields} takes. */
export interface PlanFieldsProps {
  draft: Draft;
  preview: Preview | undefined;
  onChange: (change: Partial<Draft>) => void;
}

/** The fields that say when a schedule fires. */
export function PlanFields({ draft, preview, onChange }: PlanFieldsProps) {
  const { kind, cron, timezone, every, at } = draft;
  const zones = useMemo(() => ["UTC", ...Intl.supportedValuesOf("timeZone")], []);
  const problem = preview?.problem;
  const isAboutZone = problem?.violations.some(({ pointer }) => pointer === "/timezone") ?? false;
  const error = problem?.message;
  return (
    <>
      <SelectField
        label="Fires"
        value={kind}
        options={KINDS}
        onChange={(value) => onChange({ kind: KINDS.find((one) => one.value === value)?.value ?? "cron" })}
      />
      {kind === "cron" && (
        <>
          <TextField
            label="Cron expression"
            description="Minute, hour, day of the month, month and day of the week, such as 30 2 * * MON-FRI."
            value={cron}
            error={isAboutZone ? undefined : error}
            isRequired
            onInput={(value) => onChange({ cron: value })}
          />
          <SuggestField
            label="Time zone"
            value={timezone}
            error={isAboutZone ? error : undefined}
            suggestions={zones}
            onInput={(value) => onChange({ timezone: value })}
          />
        </>
      )}
      {kind === "every" && (
        <TextField
          label="Every"
          description="Such as 30s, 5m or 12h."
          value={every}
          error={error}
          isRequired
          onInput={(value) => onChange({ every: value })}
        />
      )}
      {kind === "at" && (
        <TextField
          label="At"
          description="In your time zone."
          type="datetime-local"
          value={at}
          error={error}
          isRequired
          onInput={(value) => onChange({ at: value })}
        />
      )}
      <PlanPreview draft={draft} preview={preview} />
    </>
  );
}
