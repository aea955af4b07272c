import type { JsonValue } from "../../../domain/json.ts";
import type { Clock } from "../../../lib/clock.ts";
import type { SchemaCheck } from "../signal-schema.ts";
import { atTime } from "./at-time.ts";

/** A signal that somebody sends. */
export interface GivenSignal {
  name: string;
  payload: JsonValue;
  /** When it arrives, in ms after the box was made. @default it is there from the beginning */
  afterMs?: number;
}

/** A wait for a signal. */
export interface SignalWait {
  name: string;
  check: SchemaCheck;
  take(payload: JsonValue): void;
  /** Called if no signal can come any more. @default it waits for its time-out */
  nobody?: (() => void) | undefined;
}

/** The signals of a process. */
export interface SignalBox {
  /** Waits for the next signal of a name. @returns what ends the wait */
  wait(wait: SignalWait): () => void;
  /** The signals that nobody has taken, in the order in which they were given. */
  untaken(): GivenSignal[];
}

/**
 * Creates a box with signals. Those of one name are taken in the order in which they arrive, each once, by the waits in their
 * order. One that fits no wait which is there is passed over.
 * @param passed called for each signal that is passed over, with the reason
 */
export function createSignalBox(
  given: readonly GivenSignal[],
  clock: Clock,
  passed: (name: string, reason: string) => void,
): SignalBox {
  const arrived: GivenSignal[] = [];
  const coming = new Set<GivenSignal>();
  const taken = new Set<GivenSignal>();
  const waits = new Map<string, SignalWait[]>();
  const start = clock.now();

  function match(name: string): void {
    const waiting = waits.get(name) ?? [];
    while (waiting.length > 0) {
      const next = arrived.findIndex((signal) => signal.name === name);
      const signal = arrived[next];
      if (signal === undefined) break;
      arrived.splice(next, 1);
      taken.add(signal);
      const fitting = waiting.findIndex(({ check }) => check(signal.payload) === undefined);
      const wait = waiting[fitting];
      if (wait === undefined) {
        passed(name, waiting[0]?.check(signal.payload)?.message ?? "");
        continue;
      }
      waiting.splice(fitting, 1);
      wait.take(signal.payload);
    }
    const still = [...coming].filter((signal) => signal.name === name).length;
    for (const wait of waiting.slice(still)) {
      if (wait.nobody === undefined) continue;
      waiting.splice(waiting.indexOf(wait), 1);
      wait.nobody();
    }
  }

  for (const signal of given) {
    const { name, afterMs = 0 } = signal;
    if (afterMs <= 0) {
      arrived.push(signal);
      continue;
    }
    coming.add(signal);
    atTime(clock, start + afterMs, () => {
      coming.delete(signal);
      arrived.push(signal);
      match(name);
    });
  }

  return {
    wait(wait) {
      const waiting = waits.get(wait.name) ?? [];
      waits.set(wait.name, waiting);
      waiting.push(wait);
      match(wait.name);
      return () => {
        const at = waiting.indexOf(wait);
        if (at !== -1) waiting.splice(at, 1);
      };
    },
    untaken: () => given.filter((signal) => !taken.has(signal)),
  };
}
