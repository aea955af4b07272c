import { useRef } from "preact/hooks";
import { ArrayItem } from "./array-item.tsx";
import type { ControlProps } from "./field-props.ts";
import { useForm } from "./form-context.ts";
import { FormGroup } from "./form-group.tsx";
import { moveItem, removeItem } from "./schema/edit-value.ts";
import { emptyItem, newItem } from "./schema/initial-value.ts";
import { isArray, type Json } from "./schema/json.ts";
import { readField } from "./schema/read-field.ts";

/** A list, as a group whose items can be added, removed and moved. */
export function ArrayGroup({ field, label, error, pointer, value, onChange, isRequired }: ControlProps<"array">) {
  const { scope } = useForm();
  const place = useRef<HTMLDivElement>(null);
  const items = isArray(value) ? value : [];
  const { prefix, max } = field;
  const schemaOf = (index: number): Json => prefix[index] ?? field.items ?? true;
  const nameOf = (index: number) => readField(scope, schemaOf(index), items[index]).title ?? "Item";
  // A list without items is as good as none, unless it has to be there.
  const set = (next: readonly Json[]) => onChange(next.length === 0 && !isRequired ? undefined : next);
  const add = () => {
    set([...items, newItem(scope, schemaOf(items.length))]);
    queueMicrotask(() => setTimeout(() => focusLast(place.current)));
  };
  const canAdd = items.length < max && (items.length < prefix.length || field.items !== undefined);
  return (
    <FormGroup label={label} description={field.description} error={error}>
      <div class="form-items" ref={place}>
        {items.map((item, index) => (
          <ArrayItem
            // Items have no identity of their own; what is typed in a moved one comes from its value.
            key={index}
            schema={schemaOf(index)}
            name={nameOf(index)}
            pointer={pointer}
            index={index}
            count={items.length}
            isFixed={index < prefix.length}
            value={item}
            onChange={(next) => {
              const kept = next ?? emptyItem(readField(scope, schemaOf(index), undefined));
              set(items.with(index, kept));
            }}
            onRemove={() => set(removeItem(items, index))}
            onMove={(to) => set(moveItem(items, index, to))}
          />
        ))}
      </div>
      {canAdd && (
        <button type="button" class="small" onClick={add}>
          Add {wordOf(nameOf(items.length))}
        </button>
      )}
    </FormGroup>
  );
}

/** A title within a sentence: "Line item" is "line item", but "URL" stays. */
function wordOf(title: string): string {
  return /^\p{Lu}\p{Ll}/u.test(title) ? title.charAt(0).toLowerCase() + title.slice(1) : title;
}

/** Moves the focus to the first field of the item that was added. */
function focusLast(place: HTMLElement | null): void {
  const items = place?.querySelectorAll<HTMLElement>(":scope > .form-item");
  items?.[items.length - 1]?.querySelector<HTMLElement>("input, select, textarea")?.focus();
}
