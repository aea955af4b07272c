import { useMemo } from "preact/hooks";
import type { Violation } from "../api/problem.ts";
import { errorsByPointer } from "./errors-by-pointer.ts";
import { FormContext } from "./form-context.ts";
import { FormField } from "./form-field.tsx";
import type { FieldValue, Json } from "./schema/json.ts";
import { createScope } from "./schema/schema-scope.ts";

/** What {@link SchemaForm} takes. */
export interface SchemaFormProps {
  schema: Json;
  value: FieldValue;
  onChange: (value: FieldValue) => void;
  errors: readonly Violation[];
  isStrict: boolean;
}

/** The fields that a schema describes. */
export function SchemaForm({ schema, value, onChange, errors, isStrict }: SchemaFormProps) {
  const scope = useMemo(() => createScope(schema), [schema]);
  const form = useMemo(
    () => ({ scope, errors: errorsByPointer(errors), isStrict, Part: FormField }),
    [scope, errors, isStrict],
  );
  return (
    <FormContext.Provider value={form}>
      <div class="schema-form">
        <FormField schema={schema} name="Input" pointer="" value={value} onChange={onChange} isRequired />
      </div>
    </FormContext.Provider>
  );
}
