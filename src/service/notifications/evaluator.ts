import type { RatchetEvent } from "../../domain/events.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import type { SourceStatus } from "../../registry/registry.ts";
import type { DeliveryLane } from "../../store/contract/notifications.ts";
import type { Store } from "../../store/contract/store.ts";
import { checkConditions } from "./check-conditions.ts";
import { evaluateEvent, relevance } from "./evaluate-events.ts";
import { type ActiveRule, activeRules, Draft, Memory } from "./evaluation.ts";
import { findNames } from "./find-names.ts";

/** Settings and dependencies of an evaluator. */
export interface EvaluatorOptions {
  store: Pick<Store, "notifications" | "events" | "tasks" | "schedules">;
  clock: Clock;
  sources: () => readonly SourceStatus[];
  /** Returns what masks secrets. */
  masker: () => Promise<(text: string) => string>;
  /** Called with the receivers of new deliveries, which are on the disk. */
  onDeliveries: (lanes: readonly DeliveryLane[]) => void;
  onError: (error: unknown) => void;
}

/** Evaluates rules for committed events. Without rules it costs nothing. */
export interface Evaluator {
  start(): Promise<void>;
  /** Changes rules while nothing is evaluated, and then uses them. */
  change<T>(work: () => Promise<T>): Promise<T>;
  stop(): Promise<void>;
}

/** Events that are read at once. */
const PAGE_EVENTS = 500;
/** The position is stored with what an evaluation leads to, or else after this many events: they are evaluated again after a crash. */
const STORED_EVERY = 5_000;
/** Pause after a failed write, ms. */
const AGAIN_MS = 1_000;
/** Shortest pause between two looks at conditions, ms. */
const SHORTEST_LOOK_MS = 20;
/** The longest sleep, ms: the clock may be set, and a window then ends at another time. */
const LONGEST_SLEEP_MS = 60_000;

interface EvaluatorState {
  readonly options: EvaluatorOptions;
  rules: readonly ActiveRule[];
  memory: Memory;
  isRelevant: (event: RatchetEvent) => boolean;
  /** Id of the last event that was evaluated, and the one that is stored. */
  position: number;
  stored: number;
  /** Id of the last event that was committed. */
  seen: number;
  /** Whether an evaluation will read what has been seen. */
  isAwaited: boolean;
  unsubscribe: (() => void) | undefined;
  /** What is done at a time: evaluations and changes of rules. */
  line: Promise<unknown>;
  timer: Timer | undefined;
  /** When to look at conditions, ms by the monotonic clock. */
  lookAt: number | undefined;
  stopped: boolean;
}

export function createEvaluator(options: EvaluatorOptions): Evaluator {
  const memory = new Memory({ position: 0, streaks: [], reports: [], windows: [] });
  const state: EvaluatorState = {
    options,
    rules: [],
    memory,
    isRelevant: () => false,
    position: 0,
    stored: 0,
    seen: 0,
    isAwaited: false,
    unsubscribe: undefined,
    line: Promise.resolve(),
    timer: undefined,
    lookAt: undefined,
    stopped: false,
  };
  return {
    start: () => inLine(state, () => load(state)),
    change: (work) =>
      inLine(state, async () => {
        const result = await work();
        await load(state);
        return result;
      }),
    async stop() {
      state.stopped = true;
      state.unsubscribe?.();
      state.unsubscribe = undefined;
      state.timer?.cancel();
      await state.line;
    },
  };
}

/** Does one thing at a time. */
function inLine<T>(state: EvaluatorState, work: () => Promise<T>): Promise<T> {
  const done = state.line.then(work);
  state.line = done.catch(() => undefined);
  return done;
}

/** Loads the rules and what is remembered for them, and listens to events if there are rules. */
async function load(state: EvaluatorState): Promise<void> {
  const { notifications, events } = state.options.store;
  if (state.stopped) return;
  state.rules = activeRules(await notifications.rules());
  if (state.rules.length === 0) {
    state.unsubscribe?.();
    state.unsubscribe = undefined;
    state.timer?.cancel();
    return;
  }
  state.unsubscribe ??= events.subscribe((committed) => receive(state, committed));
  const remembered = await notifications.state();
  state.memory = new Memory(remembered);
  state.isRelevant = relevance(state.rules, state.memory);
  state.stored = remembered.position;
  // Nobody was interested in the events before the first rule.
  const after = Math.min(...state.rules.map(({ afterEvent }) => afterEvent));
  state.position = Math.max(state.position, remembered.position, after);
  state.seen = Math.max(state.seen, (await events.bounds()).last);
  state.lookAt = state.options.clock.monotonic();
  evaluateSoon(state);
  schedule(state);
}

/** Passes over what concerns no rule without reading or writing anything. */
function receive(state: EvaluatorState, events: readonly RatchetEvent[]): void {
  const last = events.at(-1)?.id ?? state.seen;
  const isUpToDate = !state.isAwaited && state.position === state.seen;
  state.seen = Math.max(state.seen, last);
  if (isUpToDate && state.position < STORED_EVERY + state.stored && !events.some(state.isRelevant)) {
    state.position = state.seen;
    return;
  }
  evaluateSoon(state);
}

function evaluateSoon(state: EvaluatorState): void {
  if (state.isAwaited || state.stopped) return;
  state.isAwaited = true;
  void inLine(state, async () => {
    try {
      while (!state.stopped && state.position < state.seen) await evaluatePage(state);
    } catch (error) {
      state.options.onError(error);
      state.options.clock.after(AGAIN_MS, () => evaluateSoon(state));
    } finally {
      state.isAwaited = false;
    }
    schedule(state);
  });
}

/** Evaluates the next events, and stores what that leads to together with the position. */
async function evaluatePage(state: EvaluatorState): Promise<void> {
  const { options, rules, memory } = state;
  const { store, clock, masker } = options;
  // What is committed from here on may not be on the page.
  const { seen } = state;
  const page = await store.events.since(state.position, PAGE_EVENTS);
  const draft = new Draft(memory, clock.now());
  // A completed job may end a row that another event of the page begins.
  const hasRows = rules.some(({ condition }) => condition.when === "job.failed_in_a_row");
  const names = await findNames(
    store,
    page.filter((event) => state.isRelevant(event) || (hasRows && event.type === "job.completed")),
  );
  const masked = await masker();
  // Events of a page can begin a row that a later one ends.
  for (const event of page) evaluateEvent(event, rules, { draft, names, masked });
  const position = page.length < PAGE_EVENTS ? Math.max(page.at(-1)?.id ?? 0, seen) : (page.at(-1)?.id ?? 0);
  await keep(state, draft, position);
}

/** Stores a step, and remembers it. */
async function keep(state: EvaluatorState, draft: Draft, position: number): Promise<void> {
  const { notifications } = state.options.store;
  const step = draft.step();
  if (step !== undefined || position >= state.stored + STORED_EVERY) {
    const nothing = { streaks: [], reported: [], ended: [], windows: [], deliveries: [] };
    const stored = { ...(step ?? nothing), position };
    await notifications.advance(stored);
    state.stored = position;
    state.memory.add(stored);
  }
  state.position = position;
  if (step !== undefined && step.deliveries.length > 0) state.options.onDeliveries(step.deliveries);
}

/** Wakes up when a window ends, or when a condition may hold. */
function schedule(state: EvaluatorState): void {
  const { clock } = state.options;
  state.timer?.cancel();
  const ends = state.memory.nextEnd();
  if (state.stopped || state.rules.length === 0) return;
  const never = Number.POSITIVE_INFINITY;
  const waitMs = Math.min((ends ?? never) - clock.now(), (state.lookAt ?? never) - clock.monotonic());
  if (waitMs === never) return;
  state.timer = clock.after(Math.min(Math.max(SHORTEST_LOOK_MS, waitMs), LONGEST_SLEEP_MS), () => {
    void inLine(state, () => look(state));
  });
}

/** Ends windows and looks at conditions. */
async function look(state: EvaluatorState): Promise<void> {
  const { options, rules, memory } = state;
  const { clock, store, sources, masker } = options;
  if (state.stopped) return;
  const now = clock.now();
  try {
    const draft = new Draft(memory, now);
    for (const rule of rules) draft.expire(rule);
    if (state.lookAt !== undefined && state.lookAt <= clock.monotonic()) {
      const masked = await masker();
      const namesOf = (about: Parameters<typeof findNames>[1]) => findNames(store, about);
      const looked = { notifications: store.notifications, sources, namesOf, masked };
      const lookedAt = clock.monotonic();
      const next = await checkConditions(rules, draft, looked, now);
      state.lookAt = next === undefined ? undefined : lookedAt + (next - now);
    }
    await keep(state, draft, state.position);
  } catch (error) {
    options.onError(error);
    state.lookAt = clock.monotonic() + AGAIN_MS;
  }
  schedule(state);
}
