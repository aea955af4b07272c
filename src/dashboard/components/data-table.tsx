import type { ComponentChildren } from "preact";
import type { PagedList } from "../api/use-pages.ts";
import { ErrorBox } from "./error-box.tsx";
import { Loading } from "./loading.tsx";

/** One column of a table. */
export interface Column<T> {
  title: string;
  render(item: T): ComponentChildren;
  /** Numbers are set flush right. @default "text" */
  kind?: "text" | "number";
  /** Whether it is left out on narrow screens. @default false */
  isWideOnly?: boolean;
}

/** What {@link DataTable} takes. */
export interface DataTableProps<T> {
  /** What the table lists, for screen readers, such as "Jobs". */
  caption: string;
  list: PagedList<T>;
  columns: readonly Column<T>[];
  keyOf: (item: T) => string | number;
  /** What is shown in place of a table without rows. */
  empty: ComponentChildren;
  /** What is shown if a filter names a task that does not exist. @default what the server says */
  noTask?: ComponentChildren;
}

/** A list as a table, with a button that loads older items. See `usePages` for where the list comes from. */
export function DataTable<T>({ caption, list, columns, keyOf, empty, noTask }: DataTableProps<T>) {
  const { items, problem, hasMore, isLoading, loadMore } = list;
  if (noTask && problem?.code === "TASK_NOT_FOUND") return <>{noTask}</>;
  if (items === undefined) return problem === undefined ? <Loading /> : <ErrorBox problem={problem} />;
  return (
    <>
      {problem !== undefined && <ErrorBox problem={problem} />}
      {items.length === 0 ? empty : <Rows caption={caption} items={items} columns={columns} keyOf={keyOf} />}
      {hasMore && (
        <button type="button" class="more" disabled={isLoading} onClick={loadMore}>
          Show more
        </button>
      )}
    </>
  );
}

/** What {@link Rows} takes. */
export interface RowsProps<T> extends Pick<DataTableProps<T>, "caption" | "columns" | "keyOf"> {
  items: readonly T[];
}

/** A table of items that are there already. */
export function Rows<T>({ caption, items, columns, keyOf }: RowsProps<T>) {
  return (
    // A region that scrolls has to be reachable by keyboard (WCAG 2.1.1).
    // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
    // biome-ignore lint/a11y/useSemanticElements: it is no set of form fields
    <div class="table-frame" role="group" aria-label={caption} tabIndex={0}>
      <table class="data-table">
        <caption class="visually-hidden">{caption}</caption>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.title} scope="col" class={classOf(column)}>
                {column.title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {items.map((item) => (
            <tr key={keyOf(item)}>
              {columns.map((column) => (
                <td key={column.title} class={classOf(column)}>
                  {column.render(item)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function classOf<T>({ kind, isWideOnly }: Column<T>): string | undefined {
  const names = [kind === "number" && "cell-number", isWideOnly && "wide-only"].filter(Boolean);
  return names.length === 0 ? undefined : names.join(" ");
}
