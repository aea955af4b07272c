import { useEffect, useMemo, useRef } from "preact/hooks";
import type { ExecutionDetail } from "../../../dist/generated/api-types.ts";
import type { Api } from "../api/client.ts";
import { useApp } from "../app-context.ts";
import { consoleLines, followLog } from "./follow-log.ts";
import { type LogFilter, type LogLine, showsAll } from "./log-line.ts";
import { createLogSearch, type FoundPage, type LogSearch } from "./log-search.ts";
import { createLogStore, type LogStore, PAGE_LINES } from "./log-store.ts";

/** The log of an execution. */
export interface Log {
  store: LogStore;
  /** The search for what the filter shows; undefined if it shows all. */
  search: LogSearch | undefined;
  /** Increases whenever lines arrive. */
  version: number;
}

/** Loads the log of an execution piece by piece, follows it while it runs, and searches it. */
export function useLog({ id, finishedAt, logCount }: ExecutionDetail, filter: LogFilter): Log {
  const { api } = useApp();
  const isRunning = finishedAt === null;
  const store = useMemo(() => createLogStore((after) => loadLines(api, id, after)), [api, id]);
  const { level, text } = filter;
  const search = useMemo(
    () =>
      showsAll({ level, text })
        ? undefined
        : createLogSearch({
            store,
            filter: { level, text },
            search: (cursor, signal) => searchLines(api, { execution: id, level, text }, cursor, signal),
          }),
    [store, level, text],
  );
  const current = useRef<LogSearch | undefined>(undefined);
  current.current = search;
  useEffect(() => () => search?.stop(), [search]);
  useEffect(() => store.grow(logCount), [store, logCount]);
  useEffect(() => {
    if (!isRunning) return;
    return followLog({
      window,
      open: (resumeAfter, signal) =>
        openStream(api.address("GET /api/v1/logs/stream", { query: { execution: id } }), { resumeAfter, signal }),
      loadLatest: () => loadLatest(api, id),
      onLines(lines) {
        store.add(lines);
        current.current?.add(lines);
      },
    });
  }, [store, isRunning]);
  return { store, search, version: store.version.value };
}

async function loadLines(api: Api, id: number, after: number | undefined): Promise<readonly LogLine[]> {
  const query = after === undefined ? { limit: PAGE_LINES } : { limit: PAGE_LINES, cursor: String(after) };
  return (await api.call("GET /api/v1/executions/:id/logs", { params: { id }, query })).items;
}

/** How many of the latest lines are loaded at first: about as many as can be seen. */
const LATEST = 200;

async function loadLatest(api: Api, execution: number): Promise<readonly LogLine[]> {
  const { items } = await api.call("GET /api/v1/logs", { query: { execution, limit: LATEST } });
  return consoleLines(items);
}

/** How many lines a page of a search has at most. */
const FOUND_AT_ONCE = 1_000;

interface SearchOptions extends LogFilter {
  execution: number;
}

async function searchLines(
  api: Api,
  { execution, level, text }: SearchOptions,
  cursor: string | undefined,
  signal: AbortSignal,
): Promise<FoundPage> {
  const query = { execution, order: "asc", limit: FOUND_AT_ONCE, grep: text, cursor } as const;
  const { items, nextCursor } = await api.call("GET /api/v1/logs", {
    query: level === "" ? query : { ...query, level },
    signal,
  });
  return { lines: consoleLines(items), nextCursor };
}

function openStream(address: string, { resumeAfter, signal }: { resumeAfter: string; signal: AbortSignal }) {
  return fetch(address, { signal, headers: resumeAfter === "" ? {} : { "last-event-id": resumeAfter } });
}
