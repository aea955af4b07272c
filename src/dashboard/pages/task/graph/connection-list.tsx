import { Link } from "../../../routing/link.tsx";
import type { Connection } from "./connections.ts";

/** What a task is connected with, as a list: what the graph shows, in words. */
export function ConnectionList({ title, items }: { title: string; items: readonly Connection[] }) {
  return (
    <section>
      <h2 class="tab-heading">{title}</h2>
      <ul class="connections">
        {items.map(({ id, kind, name, note, to }) => (
          <li key={id}>
            <span class="quiet">{kind}</span> {to === undefined ? <code>{name}</code> : <Link to={to}>{name}</Link>}
            {note !== undefined && <span class="quiet"> ({note})</span>}
          </li>
        ))}
      </ul>
    </section>
  );
}
