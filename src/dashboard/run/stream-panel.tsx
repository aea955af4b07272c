import { type Column, Rows } from "../components/data-table.tsx";
import { JsonView } from "../components/json-view.tsx";
import type { Item } from "./follow-items.ts";
import { Folded } from "./operation-result.tsx";
import { useItems } from "./use-items.ts";

const COLUMNS: readonly Column<Item>[] = [
  { title: "No.", render: ({ number }) => number, kind: "number" },
  { title: "Item", render: (item) => <ItemText item={item} /> },
];

/** What a run has written to its stream, while it does. Nothing for one that has written nothing. @param execution its id */
export function StreamPanel({ execution }: { execution: number }) {
  const { items, isFull, more } = useItems(execution);
  if (items.length === 0) return null;
  return (
    <section class="panel" aria-labelledby="stream">
      <div class="panel-head">
        <h2 id="stream">Stream</h2>
        <span class="quiet">{countText(items.length, isFull)}</span>
      </div>
      <div class="journal">
        <Rows caption="What the run has written to its stream" items={items} columns={COLUMNS} keyOf={keyOf} />
      </div>
      {isFull && (
        <button type="button" class="more" onClick={more}>
          Show more
        </button>
      )}
    </section>
  );
}

const keyOf = ({ number }: Item) => number;

function countText(count: number, isFull: boolean): string {
  if (isFull) return `the first ${count} items`;
  return count === 1 ? "1 item" : `${count} items`;
}

/** How many characters of an item are shown before it is opened. */
const SHOWN = 300;

function ItemText({ item: { number, text } }: { item: Item }) {
  const isLong = text.length > SHOWN;
  return (
    <div class="long-text">
      <code>{isLong ? `${text.slice(0, SHOWN)}…` : text}</code>
      {isLong && (
        <Folded name="Whole item" render={() => <JsonView label={`Item ${number}`} value={JSON.parse(text)} />} />
      )}
    </div>
  );
}
