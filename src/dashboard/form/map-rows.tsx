import { useState } from "preact/hooks";
import { TextField } from "../components/text-field.tsx";
import type { ControlProps } from "./field-props.ts";
import { useForm } from "./form-context.ts";
import { newItem } from "./schema/initial-value.ts";
import { type FieldValue, isObject, type Json, pointerTo } from "./schema/json.ts";

/** What {@link MapRows} takes besides its object. */
export interface MapRowsProps extends ControlProps<"object"> {
  /** The schema of each further member. */
  extra: Json;
  onMember: (name: string, value: FieldValue) => void;
}

/** Members of an object whose names are up to the reader. */
export function MapRows({ field, label, pointer, value, extra, onMember }: MapRowsProps) {
  const { scope, Part } = useForm();
  const [name, setName] = useState("");
  const known = new Set(field.members.map((member) => member.name));
  const names = isObject(value) ? Object.keys(value).filter((key) => !known.has(key)) : [];
  const isTaken = known.has(name) || names.includes(name);
  const add = () => {
    onMember(name, newItem(scope, extra));
    setName("");
  };
  return (
    <>
      {names.map((key) => (
        <div class="form-item" key={key}>
          <Part
            schema={extra}
            name={key}
            pointer={pointerTo(pointer, key)}
            value={isObject(value) ? value[key] : undefined}
            onChange={(member) => onMember(key, member ?? newItem(scope, extra))}
            isRequired
          />
          <button type="button" class="small" onClick={() => onMember(key, undefined)}>
            Remove<span class="visually-hidden"> {key}</span>
          </button>
        </div>
      ))}
      <div class="form-item form-new-member">
        <TextField
          label="New name"
          value={name}
          onInput={setName}
          error={isTaken ? "There is such a member already." : undefined}
        />
        <button type="button" class="small" disabled={name === "" || isTaken} onClick={add}>
          Add to {label}
        </button>
      </div>
    </>
  );
}
