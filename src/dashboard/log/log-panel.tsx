import { useEffect, useMemo, useState } from "preact/hooks";
import type { ExecutionDetail } from "../../../dist/generated/api-types.ts";
import { LogControls } from "./log-controls.tsx";
import { type LogFilter, showsAll } from "./log-line.ts";
import { LogRows } from "./log-rows.tsx";
import { useLog } from "./use-log.ts";

/** The console lines of an execution. They follow live while it runs. */
export function LogPanel({ execution }: { execution: ExecutionDetail }) {
  const isRunning = execution.finishedAt === null;
  const [filter, setFilter] = useState<LogFilter>({ level: "", text: "" });
  const [isFollowing, setFollowing] = useState(isRunning);
  const { store, search, version } = useLog(execution, filter);
  const found = search?.found.value;
  const count = found?.length ?? store.count.value;
  const lineAt = useMemo(() => (found === undefined ? store.line : (index: number) => found[index]), [found, store]);
  useEffect(() => {
    if (isRunning) setFollowing(true);
  }, [isRunning]);
  return (
    <section class="panel log" aria-labelledby="log">
      <div class="panel-head">
        <h2 id="log">Log</h2>
        <LogControls
          store={store}
          search={search}
          filter={filter}
          onFilter={setFilter}
          isFollowing={isFollowing}
          onFollow={setFollowing}
          isRunning={isRunning}
        />
      </div>
      {count === 0 ? (
        <p class="quiet log-empty">{emptyText(showsAll(filter), isRunning, search?.state.value)}</p>
      ) : (
        <LogRows
          key={`${filter.level} ${filter.text}`}
          count={count}
          lineAt={lineAt}
          version={version}
          onWant={found === undefined ? store.want : ignore}
          isFollowing={isFollowing}
          onFollow={setFollowing}
        />
      )}
    </section>
  );
}

function ignore(): void {
  // Lines that were found are there.
}

function emptyText(isAll: boolean, isRunning: boolean, search: string | undefined): string {
  if (!isAll) return search === "searching" ? "Searching …" : "No line matches.";
  return isRunning ? "Nothing was logged yet." : "Nothing was logged.";
}
