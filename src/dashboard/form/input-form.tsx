import { useMemo } from "preact/hooks";
import type { Violation } from "../api/problem.ts";
import { JsonView } from "../components/json-view.tsx";
import { Tabs } from "../components/tabs.tsx";
import { InputJson } from "./input-json.tsx";
import type { FieldValue, Json } from "./schema/json.ts";
import { readField } from "./schema/read-field.ts";
import { createScope } from "./schema/schema-scope.ts";
import { SchemaForm } from "./schema-form.tsx";

/** What {@link InputForm} takes. */
export interface InputFormProps {
  /** JSON Schema of the input; null for a task without one. If it describes no fields, the input is entered as JSON. */
  schema: Json | null;
  value: FieldValue;
  onChange: (value: FieldValue) => void;
  /** What is wrong with the value, as `useInputCheck` says. Pointers are those within the input. */
  errors: readonly Violation[];
  /** Whether missing values are shown as errors. @default false */
  isStrict?: boolean;
  /** Called when the text of the JSON becomes unreadable, and when it is readable again. */
  onBroken?: (isBroken: boolean) => void;
  /** The query parameter that says whether it is shown as JSON. @default "input" */
  name?: string;
}

/** An input as a form made from its schema, with its JSON beside it where there is room, and as JSON to edit. */
export function InputForm(props: InputFormProps) {
  const { schema, value, onChange, errors, isStrict = false, onBroken = () => {}, name = "input" } = props;
  const json = () => <InputJson value={value} onChange={onChange} errors={errors} onBroken={onBroken} />;
  const hasForm = useMemo(
    () => schema !== null && readField(createScope(schema), schema, undefined).kind !== "json",
    [schema],
  );
  if (schema === null || !hasForm) return json();
  const form = () => (
    <div class="form-and-json">
      <div class="form-columns">
        <SchemaForm schema={schema} value={value} onChange={onChange} errors={errors} isStrict={isStrict} />
        <div class="form-json">
          <JsonView label="JSON" value={value ?? null} />
        </div>
      </div>
    </div>
  );
  return (
    <Tabs
      label="Show as"
      name={name}
      tabs={[
        { id: "form", title: "Form", render: form },
        { id: "json", title: "JSON", render: json },
      ]}
    />
  );
}
