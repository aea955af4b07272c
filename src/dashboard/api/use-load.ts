import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { useApp } from "../app-context.ts";
import type { EventPattern, LiveEvent } from "../live/live.ts";
import { type Problem, problemOf } from "./problem.ts";

/** What is loaded for a page. */
export interface Loaded<T> {
  /** Undefined until it is loaded for the first time. It stays while it is loaded again. */
  data: T | undefined;
  /** Why the latest attempt failed. */
  problem: Problem | undefined;
  isLoading: boolean;
  /** Loads it again. */
  reload(): void;
}

/** When to load something again without being asked. */
export interface LoadOptions {
  /** Events after which it may have changed, such as `job.*`. */
  on?: readonly EventPattern[];
  /** Which of these events concern it, such as those of one job. @default all */
  matches?: (event: LiveEvent) => boolean;
  /** How often it is loaded again without an event, while the page is visible. Milliseconds. @default never */
  every?: number;
  /** Whether the data of the inputs before stays until that of the new ones is loaded. @default false */
  keep?: boolean;
}

/** How soon something is loaded again after an event, at most once in this time. Milliseconds. */
const PACE_MS = 400;

/** How soon a request that did not reach the server is sent again. Milliseconds. */
const RETRY_MS = 2_000;

/**
 * Loads something when the component appears, when one of the inputs changes, and after events.
 * @param load sends requests; the signal ends them when the result is no longer wanted
 * @param inputs plain values that the result depends on
 */
export function useLoad<T>(
  load: (signal: AbortSignal) => Promise<T>,
  inputs: readonly (string | number | boolean | undefined)[],
  { on = [], matches = () => true, every, keep = false }: LoadOptions = {},
): Loaded<T> {
  const { live } = useApp();
  const [state, setState] = useState<Omit<Loaded<T>, "reload">>({
    data: undefined,
    problem: undefined,
    isLoading: true,
  });
  const latest = useRef(load);
  latest.current = load;
  const run = useRef(() => {});
  // At once, and not after the next frame: what people wait for is on its way sooner.
  useLayoutEffect(() => {
    const loader = createLoader((signal) => latest.current(signal), setState);
    run.current = loader.run;
    setState(({ data }) => ({ data: keep ? data : undefined, problem: undefined, isLoading: true }));
    loader.run();
    const onEvent = (event?: LiveEvent) => {
      if (event === undefined || matches(event)) loader.runSoon();
    };
    const stop = on.length === 0 ? () => {} : live.subscribe(on, onEvent);
    const ticks =
      every === undefined
        ? undefined
        : setInterval(() => document.visibilityState === "visible" && loader.run(), every);
    return () => {
      clearInterval(ticks);
      stop();
      loader.stop();
    };
  }, inputs);
  return { ...state, reload: () => run.current() };
}

type SetState<T> = (change: (before: Omit<Loaded<T>, "reload">) => Omit<Loaded<T>, "reload">) => void;

/** Creates what loads one thing again and again, never twice at once. */
function createLoader<T>(load: (signal: AbortSignal) => Promise<T>, set: SetState<T>) {
  const controller = new AbortController();
  let isRunning = false;
  let isWanted = false;
  let timer: ReturnType<typeof setTimeout> | undefined;

  async function run(): Promise<void> {
    if (isRunning) {
      isWanted = true;
      return;
    }
    isRunning = true;
    isWanted = false;
    try {
      const data = await load(controller.signal);
      if (!controller.signal.aborted) set(() => ({ data, problem: undefined, isLoading: false }));
    } catch (error) {
      if (!controller.signal.aborted)
        set(({ data }) => ({ data, problem: shownProblem(error, data), isLoading: false }));
      if (problemOf(error).code === "UNREACHABLE") runSoon(RETRY_MS);
    }
    isRunning = false;
    if (isWanted) runSoon();
  }

  function runSoon(wait = PACE_MS): void {
    if (controller.signal.aborted) return;
    timer ??= setTimeout(() => {
      timer = undefined;
      void run();
    }, wait);
  }

  return {
    run: () => void run(),
    runSoon: () => runSoon(),
    stop() {
      clearTimeout(timer);
      controller.abort();
    },
  };
}

/** The page says once that the server can't be reached, and what was loaded before stays. */
function shownProblem(error: unknown, data: unknown): Problem | undefined {
  const problem = problemOf(error);
  return problem.code === "UNREACHABLE" && data !== undefined ? undefined : problem;
}
