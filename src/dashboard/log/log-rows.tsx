import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { LogLine } from "./log-line.ts";
import { LogRow } from "./log-row.tsx";
import { ROW_HEIGHT, useRowsInView } from "./use-rows-in-view.ts";

/** What {@link LogRows} takes. */
export interface LogRowsProps {
  /** How many rows there are. */
  count: number;
  /** Returns a row; undefined while it is not loaded; null if it is not kept any more. */
  lineAt: (index: number) => LogLine | undefined | null;
  /** Increases whenever rows have changed. */
  version: number;
  /** Called with the rows that should be loaded. */
  onWant: (first: number, last: number) => void;
  /** Whether the end stays in view as rows arrive. */
  isFollowing: boolean;
  onFollow: (isFollowing: boolean) => void;
}

/** How long the view has to rest before its rows are loaded, in ms. */
const REST_MS = 60;

/** Columns that the time and the level of a row take, in characters. */
const LEAD = 24;

/** Rows wider than this are cut off. */
const WIDEST = 4_000;

/** Rows of a fixed height, of which only those in view are rendered. It is as long as the whole log. */
export function LogRows({ count, lineAt, version, onWant, isFollowing, onFollow }: LogRowsProps) {
  const { view, range, look } = useRowsInView(count);
  const latestTop = useRef(0);
  const widest = useRef(0);
  const { first, last } = range;

  function onScroll({ currentTarget }: { currentTarget: HTMLElement }): void {
    look();
    const { scrollTop, clientHeight, scrollHeight } = currentTarget;
    const hasGoneUp = scrollTop < latestTop.current;
    latestTop.current = scrollTop;
    // Only the reader scrolls up. Away from the end without that, rows have arrived.
    if (scrollTop + clientHeight >= scrollHeight - ROW_HEIGHT) onFollow(true);
    else if (hasGoneUp) onFollow(false);
  }

  useLayoutEffect(() => {
    if (isFollowing && view.current !== null) view.current.scrollTop = view.current.scrollHeight;
    look();
  }, [count, isFollowing]);
  useEffect(() => {
    const timer = setTimeout(() => onWant(first, last), REST_MS);
    return () => clearTimeout(timer);
  }, [first, last, count, version]);

  const rows = [];
  for (let index = first; index < last; index++) {
    const line = lineAt(index);
    widest.current = Math.max(widest.current, line?.message.length ?? 0);
    rows.push(<LogRow key={index} line={line} />);
  }
  const width = Math.min(widest.current, WIDEST) + LEAD;
  return (
    <div
      ref={view}
      class="log-view"
      role="log"
      aria-live="off"
      aria-label="Log"
      // A region that scrolls has to be reachable by keyboard (WCAG 2.1.1).
      // biome-ignore lint/a11y/noNoninteractiveTabindex: see above
      tabIndex={0}
      style={{ height: `min(${count * ROW_HEIGHT + 2}px, var(--log-height))` }}
      onScroll={onScroll}
    >
      <div class="log-canvas" style={{ height: `${count * ROW_HEIGHT}px`, minWidth: `${width}ch` }}>
        <div class="log-rows" style={{ transform: `translateY(${first * ROW_HEIGHT}px)` }}>
          {rows}
        </div>
      </div>
    </div>
  );
}
