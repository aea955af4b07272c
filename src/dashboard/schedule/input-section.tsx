import type { TaskDetail } from "../../../dist/generated/api-types.ts";
import { ErrorSummary } from "../form/error-summary.tsx";
import { InputForm } from "../form/input-form.tsx";
import type { FieldValue, Json } from "../form/schema/json.ts";
import { type InputCheck, useInputCheck } from "../form/use-input-check.ts";

/** What {@link InputSection} takes. */
export interface InputSectionProps {
  task: TaskDetail;
  value: FieldValue;
  onChange: (value: FieldValue) => void;
  /** Receives what checks the input, for the moment in which it is sent. */
  check: { current: InputCheck | undefined };
}

/** The input that each job of a schedule receives. */
export function InputSection({ task, value, onChange, check }: InputSectionProps) {
  const schema = task.inputSchema as Json | null;
  const found = useInputCheck({ task: task.uuid, schema, value });
  check.current = found;
  return (
    // biome-ignore lint/a11y/useSemanticElements: the input's form has field sets of its own
    <div class="schedule-input" role="group" aria-label="Input of each job">
      <h2>Input</h2>
      <InputForm
        schema={schema}
        value={value}
        onChange={onChange}
        errors={found.violations}
        isStrict={found.isStrict}
        onBroken={found.setBroken}
      />
      {found.isStrict && <ErrorSummary violations={found.violations} />}
    </div>
  );
}
