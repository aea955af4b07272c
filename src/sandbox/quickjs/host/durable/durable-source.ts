import type { DurableStart } from "../../../../domain/durable.ts";
import type { Nondeterminism } from "../journal-keeper.ts";
import { Readings, type ReadingsState } from "./readings.ts";
import type { StepContexts } from "./step-contexts.ts";

const NANOSECONDS = 1_000_000;
const WHOLE_MS = 1_000_000n;

/** Where the clocks of a run stand when it goes to sleep. */
export interface ClockState {
  /** How far the wall clock is ahead of the machine's, ms. */
  aheadMs: number;
  /** Both clocks, ms. */
  wallMs: number;
  monotonicMs: number;
}

/** What a run that has slept goes on with. */
export interface SourceState {
  clock: ClockState;
  readings: ReadingsState;
}

/** The source of a run: what it reads is kept until its next message, and repeated code reads the same. */
export interface DurableSource extends Nondeterminism {
  readonly readings: Readings;
  /** A sleep until this time has ended: the wall clock is not before it, whatever happened to the machine's clock, ms since the epoch. */
  reach(ms: number): void;
  /** The run uses what only a run has, so a recording could not repeat it. */
  dropJournal(): void;
  /** The wall clock of the run, which nothing records. */
  nowMs(): number;
  state(): SourceState;
}

/** What the source of a run is made of. */
export interface DurableSourceParts {
  base: Nondeterminism;
  start: DurableStart;
  steps: StepContexts;
  /** What a run that has slept goes on with. */
  slept?: SourceState | undefined;
}

/** Makes a source one of a run. */
export function durableSource({ base, start, steps, slept }: DurableSourceParts): DurableSource {
  const readings = new Readings(start.readings, slept?.readings);
  const machineMs = (monotonic: boolean) => {
    const now = base.clock(monotonic);
    return monotonic ? Number(now) / NANOSECONDS : Number(now / WHOLE_MS);
  };
  let aheadMs = Math.max(slept?.clock.aheadMs ?? 0, start.aheadMs ?? 0);
  let monotonicAheadMs = 0;
  let isRepeated = slept !== undefined || (start.recorded?.length ?? 0) + (start.readings?.length ?? 0) > 0;
  if (slept !== undefined) {
    const { wallMs, monotonicMs } = slept.clock;
    // The time asleep has passed, unless the machine's clock was set back.
    monotonicAheadMs = monotonicMs + Math.max(0, machineMs(false) + aheadMs - wallMs) - machineMs(true);
  }
  let lastMonotonic = 0;
  const live = {
    wall: () => machineMs(false) + aheadMs,
    monotonic: () => Math.max(Math.round((machineMs(true) + monotonicAheadMs) * 10) / 10, lastMonotonic),
  };
  return {
    ...base,
    readings,
    clock(monotonic) {
      const kind = monotonic ? "monotonic" : "wall";
      const ms = steps.isStep ? live[kind]() : readings.number(kind, live[kind]);
      if (!monotonic) return BigInt(Math.ceil(ms)) * WHOLE_MS;
      lastMonotonic = ms;
      return BigInt(Math.round(ms * NANOSECONDS));
    },
    fillRandom(bytes) {
      if (steps.isStep) steps.fill(bytes);
      else base.fillRandom(bytes);
    },
    hostText(make) {
      const read = () => base.hostText(make);
      return steps.isStep ? read() : readings.text(read);
    },
    chance(make) {
      const read = () => base.chance(make);
      return steps.isStep ? read() : readings.random(read);
    },
    journal: () => (isRepeated ? undefined : base.journal()),
    reach(ms) {
      aheadMs = Math.max(aheadMs, ms - machineMs(false));
    },
    dropJournal() {
      isRepeated = true;
    },
    nowMs: live.wall,
    state: () => ({
      clock: { aheadMs, wallMs: live.wall(), monotonicMs: live.monotonic() },
      readings: readings.state(),
    }),
  };
}
