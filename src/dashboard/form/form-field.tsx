import { useState } from "preact/hooks";
import { ArrayGroup } from "./array-group.tsx";
import { BooleanControl } from "./boolean-control.tsx";
import { ChoiceControl } from "./choice-control.tsx";
import { ConstantView } from "./constant-view.tsx";
import type { FieldProps } from "./field-props.ts";
import { useForm } from "./form-context.ts";
import { JsonControl } from "./json-control.tsx";
import { NumberControl } from "./number-control.tsx";
import { ObjectGroup } from "./object-group.tsx";
import type { FieldValue } from "./schema/json.ts";
import { readField } from "./schema/read-field.ts";
import { TextControl } from "./text-control.tsx";
import { UnionGroup } from "./union-group.tsx";

/** The control for a part of the input, by its schema. */
export function FormField(props: FieldProps) {
  const { scope, errors, isStrict } = useForm();
  const { schema, name, title, pointer, value } = props;
  const [isTouched, setTouched] = useState(false);
  const field = readField(scope, schema, value);
  const label = title ?? field.title ?? name;
  const found = errors.get(pointer);
  // That nothing is entered yet is an error only once the reader was there, or tried to send it.
  const isBlank = value === undefined || value === null || value === "";
  const error = isStrict || isTouched || !isBlank ? found : undefined;
  const onChange = (next: FieldValue) => {
    setTouched(true);
    props.onChange(next);
  };
  const shared = { ...props, label, error, onChange };
  switch (field.kind) {
    case "text":
      return <TextControl {...shared} field={field} />;
    case "number":
      return <NumberControl {...shared} field={field} />;
    case "boolean":
      return <BooleanControl {...shared} field={field} />;
    case "choice":
      return <ChoiceControl {...shared} field={field} />;
    case "constant":
      return <ConstantView {...shared} field={field} />;
    case "object":
      return <ObjectGroup {...shared} field={field} />;
    case "array":
      return <ArrayGroup {...shared} field={field} />;
    case "union":
      return <UnionGroup {...shared} field={field} />;
    case "json":
      return <JsonControl {...shared} field={field} />;
  }
}
