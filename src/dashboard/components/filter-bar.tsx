import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../app-context.ts";

/** One of the values that a filter offers. */
export interface FilterOption {
  value: string;
  name: string;
}

/** A filter. Its value is the query parameter of the page with its name, which is also that of REST. */
export type Filter =
  | { kind: "select"; name: string; label: string; options: readonly FilterOption[] }
  | { kind: "text"; name: string; label: string; placeholder?: string }
  // In the address it is a time with a zone (RFC 3339), in the field one of the reader's zone.
  | { kind: "time"; name: string; label: string };

/** How long after the last key a text applies. Milliseconds. */
const TYPING_MS = 300;

/** The filters of a list. They are kept in the address of the page. */
export function FilterBar({ filters }: { filters: readonly Filter[] }) {
  const { router } = useApp();
  const query = router.query.value;
  const isSet = filters.some(({ name }) => query.has(name));
  const clear = () => router.setQuery(Object.fromEntries(filters.map(({ name }) => [name, undefined])));
  return (
    <search class="filter-bar" aria-label="Filters">
      {filters.map((filter) => (
        <div class="filter" key={filter.name}>
          <label for={idOf(filter)}>{filter.label}</label>
          {filter.kind === "select" && <Choice {...filter} />}
          {filter.kind === "text" && <Text {...filter} />}
          {filter.kind === "time" && <TimeOfDay {...filter} />}
        </div>
      ))}
      {isSet && (
        <button type="button" class="small" onClick={clear}>
          Clear filters
        </button>
      )}
    </search>
  );
}

const idOf = ({ name }: Pick<Filter, "name">) => `filter-${name}`;

function Choice({ name, options }: Extract<Filter, { kind: "select" }>) {
  const { router } = useApp();
  const value = router.query.value.get(name) ?? "";
  const isKnown = value === "" || options.some((option) => option.value === value);
  return (
    <select
      id={idOf({ name })}
      value={value}
      onChange={(event) => router.setQuery({ [name]: event.currentTarget.value })}
    >
      <option value="">Any</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.name}
        </option>
      ))}
      {!isKnown && <option value={value}>{value.replaceAll("_", " ").replaceAll(",", ", ")}</option>}
    </select>
  );
}

function TimeOfDay({ name }: Extract<Filter, { kind: "time" }>) {
  const { router } = useApp();
  const at = Date.parse(router.query.value.get(name) ?? "");
  const value = Number.isNaN(at) ? "" : localTimeText(at);
  // A change of one part of a time that is not complete reads as no time: then the address stays as it is.
  const apply = (input: HTMLInputElement) => {
    const ms = Date.parse(input.value);
    if (input.validity.badInput) return;
    router.setQuery({ [name]: Number.isNaN(ms) ? undefined : new Date(ms).toISOString() });
  };
  return (
    <input id={idOf({ name })} type="datetime-local" value={value} onChange={(event) => apply(event.currentTarget)} />
  );
}

/** Returns a time as a field for a time in the reader's zone has it. */
function localTimeText(ms: number): string {
  const offset = new Date(ms).getTimezoneOffset() * 60_000;
  return new Date(ms - offset).toISOString().slice(0, 16);
}

function Text({ name, placeholder }: Extract<Filter, { kind: "text" }>) {
  const { router } = useApp();
  const value = router.query.value.get(name) ?? "";
  const input = useRef<HTMLInputElement>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => {
    // While it is being typed, the field is ahead of the address.
    if (input.current !== null && document.activeElement !== input.current) input.current.value = value;
  }, [value]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const apply = () => {
    clearTimeout(timer.current);
    router.setQuery({ [name]: input.current?.value.trim() });
  };
  return (
    <input
      ref={input}
      id={idOf({ name })}
      type="search"
      defaultValue={value}
      placeholder={placeholder}
      autocomplete="off"
      spellcheck={false}
      onInput={() => {
        clearTimeout(timer.current);
        timer.current = setTimeout(apply, TYPING_MS);
      }}
      onChange={apply}
    />
  );
}
