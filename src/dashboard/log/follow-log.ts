import type { LogItem } from "../../../dist/generated/api-types.ts";
import { readEvents } from "../live/event-source.ts";
import type { StreamEvent } from "../live/event-stream.ts";
import type { LogLine } from "./log-line.ts";

/** What {@link followLog} needs. */
export interface FollowLogOptions {
  window: Window;
  /** Opens the stream of the lines of the execution. @param resumeAfter id of the last event; "" for the first time */
  open(resumeAfter: string, signal: AbortSignal): Promise<Response>;
  /** Loads the latest lines, which were written before the stream was open. */
  loadLatest(): Promise<readonly LogLine[]>;
  onLines(lines: readonly LogLine[]): void;
}

/**
 * Follows the log of an execution until the returned function is called. The stream is closed while the page is hidden,
 * because browsers allow only six connections to a server, for all tabs together.
 */
export function followLog({ window, open, loadLatest, onLines }: FollowLogOptions): () => void {
  const { document } = window;
  let close: (() => void) | undefined;

  function onEvents(events: readonly StreamEvent[]): void {
    const items = events.flatMap(({ type, data }) =>
      type === "lines" ? (JSON.parse(data) as { items: readonly LogItem[] }).items : [],
    );
    onLines(consoleLines(items));
  }

  function look(): void {
    if (document.visibilityState !== "visible") {
      close?.();
      close = undefined;
      return;
    }
    close ??= readEvents({
      open,
      onEvents,
      onConnected(isConnected) {
        if (isConnected) void loadLatest().then(onLines, () => {});
      },
    });
  }

  look();
  document.addEventListener("visibilitychange", look);
  return () => {
    document.removeEventListener("visibilitychange", look);
    close?.();
  };
}

/** Returns what the task itself wrote: the log also has messages of the server about it. */
export function consoleLines(items: readonly LogItem[]): readonly LogLine[] {
  return items.flatMap(({ seq, level, message, time }) => (seq === null ? [] : [{ seq, level, message, time }]));
}
