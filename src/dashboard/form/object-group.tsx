import { useState } from "preact/hooks";
import type { ControlProps } from "./field-props.ts";
import { useForm } from "./form-context.ts";
import { FormGroup } from "./form-group.tsx";
import { MapRows } from "./map-rows.tsx";
import { setMember } from "./schema/edit-value.ts";
import { memberOf, pointerTo } from "./schema/json.ts";

/** How deep objects are shown open. Deeper ones that may be left out are opened on demand, as they may have no end. */
const OPEN_DEPTH = 3;

/** The members of an object, as a group. */
export function ObjectGroup(props: ControlProps<"object">) {
  const { scope, Part } = useForm();
  const { field, schema, label, error, pointer, value, onChange, isRequired } = props;
  const depth = pointer.split("/").length - 1;
  const [isOpen, setOpen] = useState(depth < OPEN_DEPTH || isRequired);
  const edited = { scope, schema, value, isRequired: isRequired || pointer === "" };
  const change = (name: string, member: typeof value) => onChange(setMember(edited, name, member));
  if (!isOpen && value === undefined) {
    return (
      <button type="button" class="small" onClick={() => setOpen(true)}>
        Add {label}
      </button>
    );
  }
  return (
    <FormGroup label={label} description={field.description} error={error} hasFrame={pointer !== ""}>
      {field.members.map(({ name, schema: part, isRequired: isNeeded }) => (
        <Part
          key={name}
          schema={part}
          name={name}
          pointer={pointerTo(pointer, name)}
          value={memberOf(value, name)}
          onChange={(member) => change(name, member)}
          isRequired={isNeeded}
        />
      ))}
      {field.extra !== undefined && <MapRows {...props} extra={field.extra} onMember={change} />}
    </FormGroup>
  );
}
