import { type ReadonlySignal, signal } from "@preact/signals";
import { readEvents } from "./event-source.ts";
import type { StreamEvent } from "./event-stream.ts";

/** A type of event, such as `job.failed`, or a kind of them, such as `job.*`. */
export type EventPattern = `${string}.${string}`;

/** An event of the server. */
export interface LiveEvent {
  readonly type: string;
  /** What the event says. It is parsed only when somebody asks. */
  detail(): EventDetail;
}

/** What an event says, as `GET /api/v1/events` describes it. */
export interface EventDetail {
  readonly taskId: number | null;
  readonly jobId: number | null;
  readonly executionId: number | null;
  readonly scheduleId: number | null;
  readonly data: unknown;
}

/** Events of the server, and whether it can be reached. */
export interface Live {
  /** False once the server has not responded for a few seconds. */
  readonly isReachable: ReadonlySignal<boolean>;
  /**
   * Calls a function after each event that matches. It is called without an event when some may have been missed:
   * whatever was loaded should be loaded again.
   * @returns the function that ends it
   */
  subscribe(patterns: readonly EventPattern[], onEvent: (event?: LiveEvent) => void): () => void;
  start(): void;
}

/** What {@link createLive} needs. */
export interface LiveOptions {
  window: Window;
  /** Returns the address of a path of this server. */
  href(path: string): string;
}

/** How often the server is asked whether it is there, and how long it may take to respond. Milliseconds. */
const PROBE_MS = 2_000;
const PROBE_LIMIT_MS = 2_000;

interface Subscription {
  matches(type: string): boolean;
  onEvent(event?: LiveEvent): void;
}

/**
 * Creates what listens to the server. The stream is closed while the page is hidden, because browsers allow only six
 * connections to a server, for all tabs together.
 */
export function createLive({ window, href }: LiveOptions): Live {
  const { document } = window;
  const subscriptions = new Set<Subscription>();
  const isReachable = signal(true);
  let close: (() => void) | undefined;
  let resumeAfter = "";
  let wasLost = false;

  const tell = (event?: LiveEvent) => {
    for (const { matches, onEvent } of subscriptions) if (event === undefined || matches(event.type)) onEvent(event);
  };

  function onEvents(events: readonly StreamEvent[]): void {
    for (const { type, data, id } of events) {
      resumeAfter = id;
      tell(type === "reset" ? undefined : { type, detail: () => JSON.parse(data) as EventDetail });
    }
  }

  function open(): void {
    close ??= readEvents({
      resumeAfter,
      open: (after, signal) =>
        fetch(href("/api/v1/events"), { signal, headers: after === "" ? {} : { "last-event-id": after } }),
      onEvents,
      onConnected(isConnected) {
        if (isConnected && wasLost) tell();
        wasLost = !isConnected;
      },
    });
  }

  function follow(): void {
    if (document.visibilityState === "visible") return open();
    close?.();
    close = undefined;
    wasLost = true;
  }

  return {
    isReachable,
    subscribe(patterns, onEvent) {
      const subscription = { matches: matcherOf(patterns), onEvent };
      subscriptions.add(subscription);
      return () => void subscriptions.delete(subscription);
    },
    start() {
      follow();
      document.addEventListener("visibilitychange", follow);
      setInterval(() => {
        if (document.visibilityState !== "visible") return;
        void responds(href("/health")).then((isThere) => {
          isReachable.value = isThere;
        });
      }, PROBE_MS);
    },
  };
}

function matcherOf(patterns: readonly EventPattern[]): (type: string) => boolean {
  const kinds = patterns.filter((pattern) => pattern.endsWith(".*")).map((pattern) => pattern.slice(0, -1));
  return (type) => patterns.includes(type as EventPattern) || kinds.some((kind) => type.startsWith(kind));
}

/** Returns true if the server responds in time. */
async function responds(address: string): Promise<boolean> {
  try {
    const { status } = await fetch(address, { signal: AbortSignal.timeout(PROBE_LIMIT_MS) });
    return status < 500;
  } catch {
    return false;
  }
}
