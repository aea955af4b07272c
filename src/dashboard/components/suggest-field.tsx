import { useId } from "preact/hooks";
import { Field, type FieldTexts } from "./field.tsx";

/** What {@link SuggestField} takes. */
export interface SuggestFieldProps extends FieldTexts {
  value: string;
  /** What may be chosen. Other texts can be entered too. */
  suggestions: readonly string[];
  onInput: (value: string) => void;
}

/** A field for a text that is suggested while it is typed. */
export function SuggestField({ value, suggestions, onInput, ...texts }: SuggestFieldProps) {
  const listId = useId();
  return (
    <Field {...texts}>
      {(attributes) => (
        <>
          <input
            {...attributes}
            type="text"
            list={listId}
            value={value}
            autocomplete="off"
            spellcheck={false}
            onInput={(event) => onInput(event.currentTarget.value)}
          />
          <datalist id={listId}>
            {suggestions.map((suggestion) => (
              <option key={suggestion} value={suggestion} />
            ))}
          </datalist>
        </>
      )}
    </Field>
  );
}
