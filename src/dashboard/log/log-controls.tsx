import { useRef } from "preact/hooks";
import { CopyButton } from "../components/copy-button.tsx";
import type { Level, LogFilter } from "./log-line.ts";
import { lineText } from "./log-line.ts";
import type { LogSearch } from "./log-search.ts";
import type { LogStore } from "./log-store.ts";

/** What {@link LogControls} takes. */
export interface LogControlsProps {
  store: LogStore;
  /** The search that is under way, if the filter leaves lines out. */
  search: LogSearch | undefined;
  filter: LogFilter;
  onFilter: (filter: LogFilter) => void;
  isFollowing: boolean;
  onFollow: (isFollowing: boolean) => void;
  isRunning: boolean;
}

/** How long after the last key a text applies, in ms. */
const TYPING_MS = 200;

const CHOICES: readonly { value: Level | ""; name: string }[] = [
  { value: "", name: "All levels" },
  { value: "info", name: "Info and above" },
  { value: "warn", name: "Warnings and errors" },
  { value: "error", name: "Errors" },
];

/** The filters of a log, its length, and what can be done with it. */
export function LogControls(props: LogControlsProps) {
  const { store, search, filter, onFilter, isFollowing, onFollow, isRunning } = props;
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const type = (text: string) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(() => onFilter({ ...filter, text }), TYPING_MS);
  };
  return (
    <div class="log-controls">
      <span class="quiet number" role="status">
        {countText(store.count.value, search)}
      </span>
      <select
        aria-label="Level"
        value={filter.level}
        onChange={(event) => onFilter({ ...filter, level: event.currentTarget.value as Level | "" })}
      >
        {CHOICES.map(({ value, name }) => (
          <option key={value} value={value}>
            {name}
          </option>
        ))}
      </select>
      <input
        type="search"
        aria-label="Text in the log"
        placeholder="Text in the log"
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => type(event.currentTarget.value)}
      />
      {isRunning && (
        <button type="button" class="small" aria-pressed={isFollowing} onClick={() => onFollow(!isFollowing)}>
          Follow
        </button>
      )}
      <CopyButton label="Copy" text={() => copyText(store, search)} />
    </div>
  );
}

function countText(count: number, search: LogSearch | undefined): string {
  const all = count === 1 ? "1 line" : `${count.toLocaleString("en")} lines`;
  if (search === undefined) return all;
  const found = search.found.value.length.toLocaleString("en");
  switch (search.state.value) {
    case "searching":
      return `searching, ${found} of ${all}`;
    case "stopped":
      return `the first ${found} of ${all}`;
    case "failed":
      return "the search failed";
    case "done":
      return `${found} of ${all}`;
  }
}

async function copyText(store: LogStore, search: LogSearch | undefined): Promise<string> {
  if (search !== undefined) return search.found.value.map(lineText).join("\n");
  await store.loadAll();
  const lines: string[] = [];
  for (let seq = 0; seq < store.count.value; seq++) {
    const line = store.line(seq);
    if (line != null) lines.push(lineText(line));
  }
  return lines.join("\n");
}
