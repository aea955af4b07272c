import { SAMPLED } from "../../domain/trace.ts";
import type { TraceExportSettings } from "../../domain/trace-export.ts";
import type { Clock, Timer } from "../../lib/clock.ts";
import { settlesWithin } from "../../lib/deadline.ts";
import type { ExportItem, FromThread, ToThread } from "./export-item.ts";

/** Sends traces to a collector, by a thread of its own. */
export interface TraceExporter {
  /** Adds what has ended, unless its trace is not recorded. It costs little, and never throws. */
  add(item: ExportItem): void;
  /** Sends what is left, within the time, and ends the thread. */
  stop(graceMs: number): Promise<void>;
}

/** What a {@link TraceExporter} needs. */
export interface TraceExporterOptions {
  settings: TraceExportSettings;
  clock: Clock;
  /** Receives why traces can't be sent: at most once a minute. */
  onProblem: (message: string) => void;
}

/** The most items that wait to be sent, and the most of what is written of them, characters. Further ones are dropped. */
const MOST_WAITING = 20_000;
const MOST_WAITING_SIZE = 32 * 1024 * 1024;
/** Longest reason of a failure that is sent, characters: it stands in two spans. */
const LONGEST_ERROR = 1_000;
/** What an item takes besides its texts, characters. */
const ITEM_SIZE = 500;
/** Items that go to the thread in one message. */
const CHUNK = 256;
/** How long an item waits for others to go to the thread with, ms. */
const GATHER_MS = 50;
const PROBLEM_PAUSE_MS = 60_000;
/** The last spans are sent within this time, ms, whatever is left of the grace period. */
const SHORTEST_FLUSH_MS = 1_000;
const LONGEST_FLUSH_MS = 5_000;

/** Everything that changes. */
interface ExporterState extends TraceExporterOptions {
  readonly worker: Worker;
  gathered: ExportItem[];
  timer: Timer | undefined;
  /** Sizes of the items that were added and neither sent nor dropped, in their order, from `firstWaiting` on. */
  sizes: number[];
  firstWaiting: number;
  /** The sum of these sizes. */
  size: number;
  dropped: number;
  /** When the last problem was reported, by the monotonic clock. */
  reportedAt: number | undefined;
  onFlushed: () => void;
}

/** Starts the thread. */
export function createTraceExporter(options: TraceExporterOptions): TraceExporter {
  const state: ExporterState = {
    ...options,
    worker: new Worker(new URL("./span-export-worker.ts", import.meta.url).href),
    gathered: [],
    timer: undefined,
    sizes: [],
    firstWaiting: 0,
    size: 0,
    dropped: 0,
    reportedAt: undefined,
    onFlushed: () => {},
  };
  const { worker, settings, clock } = state;
  worker.onmessage = ({ data }: MessageEvent<FromThread>) => receive(state, data);
  worker.onerror = (event) => report(state, event.message);
  worker.postMessage(settings);
  return {
    add(item) {
      if ((item.trace.flags & SAMPLED) === 0) return;
      const waiting = state.sizes.length - state.firstWaiting;
      if (waiting >= MOST_WAITING || state.size >= MOST_WAITING_SIZE) {
        state.dropped += 1;
        report(state, "too many wait to be sent");
        return;
      }
      const short = shortened(item);
      count(state, sizeOf(short));
      if (state.gathered.push(short) >= CHUNK) post(state);
      else state.timer ??= clock.after(GATHER_MS, () => post(state));
    },
    async stop(graceMs) {
      post(state);
      const flushed = new Promise<void>((resolve) => {
        state.onFlushed = resolve;
      });
      worker.postMessage({ kind: "flush" } satisfies ToThread);
      await settlesWithin(flushed, Math.min(Math.max(graceMs, SHORTEST_FLUSH_MS), LONGEST_FLUSH_MS), clock);
      worker.terminate();
    },
  };
}

function post(state: ExporterState): void {
  state.timer?.cancel();
  state.timer = undefined;
  if (state.gathered.length === 0) return;
  const message: ToThread = { kind: "items", json: JSON.stringify(state.gathered), count: state.gathered.length };
  state.gathered = [];
  state.worker.postMessage(message);
}

function receive(state: ExporterState, message: FromThread): void {
  if (message.kind === "flushed") return state.onFlushed();
  if (message.kind === "done") {
    passed(state, message.count);
    if (message.problem !== undefined) state.dropped += message.count;
  }
  if (message.problem !== undefined) report(state, message.problem);
}

function shortened(item: ExportItem): ExportItem {
  if (item.kind !== "execution" || (item.execution.error?.length ?? 0) <= LONGEST_ERROR) return item;
  const error = `${item.execution.error?.slice(0, LONGEST_ERROR).toWellFormed()}…`;
  return { ...item, execution: { ...item.execution, error } };
}

function sizeOf(item: ExportItem): number {
  if (item.kind !== "execution") return ITEM_SIZE;
  const { stored, error } = item.execution;
  return ITEM_SIZE + stored.length + 2 * (error?.length ?? 0);
}

function count(state: ExporterState, size: number): void {
  state.sizes.push(size);
  state.size += size;
}

/** Items pass in the order in which they were added. */
function passed(state: ExporterState, count: number): void {
  const end = state.firstWaiting + count;
  for (let at = state.firstWaiting; at < end; at++) state.size -= state.sizes[at] ?? 0;
  state.firstWaiting = end;
  if (end < MOST_WAITING) return;
  state.sizes = state.sizes.slice(end);
  state.firstWaiting = 0;
}

function report(state: ExporterState, problem: string): void {
  const now = state.clock.monotonic();
  if (state.reportedAt !== undefined && now - state.reportedAt < PROBLEM_PAUSE_MS) return;
  state.reportedAt = now;
  const lost = state.dropped === 0 ? "" : `; ${state.dropped} requests, jobs and executions were left out`;
  state.dropped = 0;
  state.onProblem(`traces could not be sent to ${new URL(state.settings.url).origin}: ${problem}${lost}`);
}
