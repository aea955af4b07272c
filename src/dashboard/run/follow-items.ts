import { readEvents } from "../live/event-source.ts";
import type { StreamEvent } from "../live/event-stream.ts";

/** An item of the stream of a run. */
export interface Item {
  /** From 0. */
  number: number;
  /** JSON. */
  text: string;
}

/** What {@link followItems} needs. */
export interface FollowItemsOptions {
  window: Window;
  /** Opens the stream. @param resumeAfter number of the last item that was read; "" for none */
  open(resumeAfter: string, signal: AbortSignal): Promise<Response>;
  /** Number of the item after which to begin; "" for the first. */
  after: string;
  onItems(items: readonly Item[]): void;
  /** Called once the run has ended and all its items were read. */
  onEnd(): void;
}

/** How long a stream without items is looked at, and how long until it is looked at again. Milliseconds. */
const LOOK_MS = 2_000;
const PAUSE_MS = 10_000;

/**
 * Follows the stream of a run until the returned function is called. It keeps a connection open only while the page is
 * visible and if there are items, because browsers allow only six to a server: most runs write none.
 */
export function followItems({ window, open, after, onItems, onEnd }: FollowItemsOptions): () => void {
  const { document } = window;
  let last = after;
  let hasItems = false;
  let close: (() => void) | undefined;
  let timer: number | undefined;

  function onEvents(events: readonly StreamEvent[]): void {
    const items = events.flatMap(({ type, id, data }) => (type === "item" ? [{ number: Number(id), text: data }] : []));
    if (items.length > 0) {
      hasItems = true;
      last = String(items.at(-1)?.number);
      onItems(items);
    }
    if (events.some(({ type }) => type === "end")) {
      stop();
      onEnd();
    }
  }

  function rest(): void {
    window.clearTimeout(timer);
    close?.();
    close = undefined;
  }

  function look(): void {
    rest();
    if (document.visibilityState !== "visible") return;
    close = readEvents({ open, onEvents, resumeAfter: last });
    timer = window.setTimeout(() => {
      if (hasItems) return;
      rest();
      timer = window.setTimeout(look, PAUSE_MS);
    }, LOOK_MS);
  }

  function stop(): void {
    document.removeEventListener("visibilitychange", look);
    rest();
  }

  document.addEventListener("visibilitychange", look);
  look();
  return stop;
}
