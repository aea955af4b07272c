import { useState } from "preact/hooks";
import type { QueryOf } from "../../api/client.ts";
import { SelectField } from "../../components/select-field.tsx";
import { TextField } from "../../components/text-field.tsx";

/** What a new job may have besides its input. */
export interface ChosenOptions {
  priority?: NonNullable<QueryOf<"GET /api/v1/jobs">["priority"]>;
  /** ISO 8601 with a zone. */
  runAt?: string;
}

const PRIORITIES = ["low", "normal", "high", "critical"] as const;

/** When and how urgently the job runs. It is closed at first. */
export function RunOptions({
  options,
  onChange,
}: {
  options: ChosenOptions;
  onChange: (options: ChosenOptions) => void;
}) {
  const [isOpen, setOpen] = useState(false);
  const [time, setTime] = useState("");
  const chooseTime = (text: string) => {
    setTime(text);
    const { runAt: _, ...rest } = options;
    const ms = Date.parse(text);
    onChange(Number.isNaN(ms) ? rest : { ...rest, runAt: new Date(ms).toISOString() });
  };
  return (
    <div class="run-options">
      <button type="button" class="small" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        Options
      </button>
      {isOpen && (
        <div class="run-option-fields">
          <SelectField
            label="Priority"
            value={options.priority ?? "normal"}
            options={PRIORITIES.map((value) => ({ value, name: value.charAt(0).toUpperCase() + value.slice(1) }))}
            onChange={(value) =>
              onChange({ ...options, priority: PRIORITIES.find((one) => one === value) ?? "normal" })
            }
          />
          <TextField
            label="Run at"
            description="In your time zone. Left empty, the job runs as soon as possible."
            type="datetime-local"
            value={time}
            onInput={chooseTime}
          />
        </div>
      )}
    </div>
  );
}
