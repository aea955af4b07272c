import type { TaskDetail } from "../../../../dist/generated/api-types.ts";
import { JsonView } from "../../components/json-view.tsx";

/** The schemas of a task's input and output. */
export function SchemasTab({ task: { inputSchema, outputSchema } }: { task: TaskDetail }) {
  return (
    <div class="columns">
      <Schema title="Input" schema={inputSchema} />
      <Schema title="Output" schema={outputSchema} />
    </div>
  );
}

function Schema({ title, schema }: { title: string; schema: unknown }) {
  return (
    <section aria-label={`Schema of the ${title.toLowerCase()}`}>
      <h2 class="tab-heading">{title}</h2>
      {schema === null ? (
        <p class="quiet">It has no schema: any value is accepted.</p>
      ) : (
        <JsonView label={`${title} schema`} value={schema} />
      )}
    </section>
  );
}
