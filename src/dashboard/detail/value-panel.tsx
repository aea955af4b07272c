import { useId } from "preact/hooks";
import { JsonView } from "../components/json-view.tsx";

/** What {@link ValuePanel} takes. */
export interface ValuePanelProps {
  title: string;
  /** Undefined as long as it has no value. */
  value: unknown;
  /** The JSON Schema that the value matches; nullish if it is not known. */
  schema: unknown;
  /** What is said in place of a value. */
  none?: string;
}

/** A JSON value next to its schema. */
export function ValuePanel({ title, value, schema, none }: ValuePanelProps) {
  const id = useId();
  return (
    <section class="panel" aria-labelledby={id}>
      <div class="panel-head">
        <h2 id={id}>{title}</h2>
      </div>
      {value === undefined ? <p class="quiet">{none}</p> : <JsonView label={title} value={value} />}
      {saysSomething(schema) && (
        <details class="schema">
          <summary>Schema</summary>
          <JsonView label={`Schema of the ${title.toLowerCase()}`} value={schema} />
        </details>
      )}
    </section>
  );
}

/** An empty schema matches everything. */
function saysSomething(schema: unknown): boolean {
  return typeof schema === "object" && schema !== null && Object.keys(schema).length > 0;
}
