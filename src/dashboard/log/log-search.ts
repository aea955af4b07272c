import { type ReadonlySignal, signal } from "@preact/signals";
import { isShown, type LogFilter, type LogLine } from "./log-line.ts";
import type { LogStore } from "./log-store.ts";

/** A page of what the server found. */
export interface FoundPage {
  readonly lines: readonly LogLine[];
  readonly nextCursor: string | null;
}

/** The lines that match a filter, in order. They become more while the search goes on, and while lines arrive. */
export interface LogSearch {
  readonly found: ReadonlySignal<readonly LogLine[]>;
  readonly state: ReadonlySignal<"searching" | "done" | "stopped" | "failed">;
  /** Takes lines that arrive. */
  add(lines: readonly LogLine[]): void;
  stop(): void;
}

/** What {@link createLogSearch} needs. */
export interface LogSearchOptions {
  store: LogStore;
  filter: LogFilter;
  /** Searches on the server, in ascending order. */
  search(cursor: string | undefined, signal: AbortSignal): Promise<FoundPage>;
}

/** A search ends when it has found so many lines. */
const MOST_FOUND = 20_000;

/** Searches the lines that are loaded, or on the server if some are not. */
export function createLogSearch({ store, filter, search }: LogSearchOptions): LogSearch {
  const controller = new AbortController();
  const found = signal<readonly LogLine[]>([]);
  const state = signal<"searching" | "done" | "stopped" | "failed">("searching");
  let arrived: LogLine[] = [];

  function addTo(lines: readonly LogLine[]): void {
    if (lines.length === 0) return;
    const last = found.value.at(-1)?.seq ?? -1;
    found.value = [...found.value, ...lines.filter(({ seq }) => seq > last)];
  }

  async function searchServer(): Promise<void> {
    let cursor: string | undefined;
    do {
      const page = await search(cursor, controller.signal);
      if (controller.signal.aborted) return;
      addTo(page.lines);
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && found.value.length < MOST_FOUND);
    addTo(arrived);
    arrived = [];
    state.value = cursor === undefined ? "done" : "stopped";
  }

  if (store.isWhole()) {
    found.value = matchesIn(store, filter);
    state.value = "done";
  } else {
    searchServer().catch(() => {
      if (!controller.signal.aborted) state.value = "failed";
    });
  }
  return {
    found,
    state,
    add(lines) {
      const matching = lines.filter((line) => isShown(line, filter));
      if (state.value === "done") addTo(matching);
      else if (state.value === "searching") arrived.push(...matching);
    },
    stop: () => controller.abort(),
  };
}

function matchesIn(store: LogStore, filter: LogFilter): readonly LogLine[] {
  const matching: LogLine[] = [];
  for (let seq = 0; seq < store.count.value; seq++) {
    const line = store.line(seq);
    if (line != null && isShown(line, filter)) matching.push(line);
  }
  return matching;
}
