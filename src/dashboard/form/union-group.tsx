import { useEffect, useState } from "preact/hooks";
import { SelectField } from "../components/select-field.tsx";
import type { ControlProps } from "./field-props.ts";
import { useForm } from "./form-context.ts";
import { bestAlternative } from "./schema/alternatives.ts";
import { isValid } from "./schema/check-value.ts";
import { chooseAlternative } from "./schema/edit-value.ts";

/** A value that may match one of several schemas: a control that lists them, and the fields of the one chosen. */
export function UnionGroup(props: ControlProps<"union">) {
  const { scope, Part } = useForm();
  const { field, label, error, pointer, value, onChange, isRequired } = props;
  const { alternatives } = field;
  const [chosen, setChosen] = useState(() => bestAlternative(scope, alternatives, value));
  const best = bestAlternative(scope, alternatives, value);
  const own = alternatives[chosen];
  // A value from elsewhere may belong to another alternative.
  const isOther = value !== undefined && best >= 0 && best !== chosen && isElsewhere();
  useEffect(() => {
    if (isOther) setChosen(best);
  }, [isOther, best]);

  function isElsewhere(): boolean {
    const other = alternatives[best];
    if (own === undefined) return true;
    return other !== undefined && !isValid(scope, own.schema, value) && isValid(scope, other.schema, value);
  }

  const choose = (option: string) => {
    const index = alternatives.findIndex((_, at) => nameOf(at) === option);
    const next = alternatives[index];
    setChosen(index);
    onChange(next === undefined ? undefined : chooseAlternative(scope, next, value));
  };
  const nameOf = (index: number) => {
    const title = alternatives[index]?.title ?? "";
    const isTwice = alternatives.some((other, at) => at < index && other.title === title);
    return isTwice ? `${title} (${index + 1})` : title;
  };
  return (
    <div class="form-union">
      <SelectField
        label={label}
        description={field.description}
        error={own === undefined ? error : undefined}
        isRequired={isRequired}
        value={own === undefined ? "" : nameOf(chosen)}
        options={[
          ...(isRequired && own !== undefined ? [] : [{ value: "", name: isRequired ? "Choose …" : "–" }]),
          ...alternatives.map((_, index) => ({ value: nameOf(index), name: nameOf(index) })),
        ]}
        onChange={choose}
      />
      {own !== undefined && (
        <Part
          key={chosen}
          schema={own.schema}
          name={nameOf(chosen)}
          title={nameOf(chosen)}
          pointer={pointer}
          value={value}
          onChange={onChange}
          isRequired
        />
      )}
    </div>
  );
}
