import { useForm } from "./form-context.ts";
import { type FieldValue, type Json, pointerTo } from "./schema/json.ts";

/** What {@link ArrayItem} takes. */
export interface ArrayItemProps {
  schema: Json;
  /** What an item is called, without its number. */
  name: string;
  /** JSON pointer to the list. */
  pointer: string;
  index: number;
  /** How many items the list has. */
  count: number;
  /** Whether its place in the list has a meaning, as in a tuple. */
  isFixed: boolean;
  value: Json;
  onChange: (value: FieldValue) => void;
  onRemove: () => void;
  onMove: (to: number) => void;
}

/** One item of a list, with the buttons that remove and move it. */
export function ArrayItem(props: ArrayItemProps) {
  const { schema, name, pointer, index, count, isFixed, value, onChange, onRemove, onMove } = props;
  const { Part } = useForm();
  const title = `${name} ${index + 1}`;
  return (
    <div class="form-item">
      <Part
        schema={schema}
        name={title}
        title={isFixed ? undefined : title}
        pointer={pointerTo(pointer, index)}
        value={value}
        onChange={onChange}
        isRequired
      />
      <div class="form-item-buttons">
        {!isFixed && count > 1 && (
          <>
            <button type="button" class="small" disabled={index === 0} onClick={() => onMove(index - 1)}>
              <span aria-hidden="true">↑</span>
              <span class="visually-hidden">Move {title} up</span>
            </button>
            <button type="button" class="small" disabled={index === count - 1} onClick={() => onMove(index + 1)}>
              <span aria-hidden="true">↓</span>
              <span class="visually-hidden">Move {title} down</span>
            </button>
          </>
        )}
        {(!isFixed || index === count - 1) && (
          <button type="button" class="small" onClick={onRemove}>
            Remove<span class="visually-hidden"> {title}</span>
          </button>
        )}
      </div>
    </div>
  );
}
