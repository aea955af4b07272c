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

/** The signals of one name, and who waits for them. */
interface Line {
  readonly arrived: GivenSignal[];
  readonly waiting: SignalWait[];
  /** How many signals have not arrived yet. */
  coming: number;
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
  const lines = new Map<string, Line>();
  const taken = new Set<GivenSignal>();

  function lineOf(name: string): Line {
    const line = lines.get(name) ?? { arrived: [], waiting: [], coming: 0 };
    lines.set(name, line);
    return line;
  }

  function deliver({ arrived, waiting, coming }: Line): void {
    while (waiting.length > 0) {
      const signal = arrived.shift();
      if (signal === undefined) break;
      taken.add(signal);
      const fitting = waiting.findIndex(({ check }) => check(signal.payload) === undefined);
      if (fitting === -1) passed(signal.name, waiting[0]?.check(signal.payload)?.message ?? "");
      else for (const wait of waiting.splice(fitting, 1)) wait.take(signal.payload);
    }
    for (const wait of waiting.slice(coming)) {
      if (wait.nobody === undefined) continue;
      waiting.splice(waiting.indexOf(wait), 1);
      wait.nobody();
    }
  }

  for (const signal of given) {
    const line = lineOf(signal.name);
    const { afterMs = 0 } = signal;
    if (afterMs <= 0) {
      line.arrived.push(signal);
      continue;
    }
    line.coming++;
    atTime(clock, clock.now() + afterMs, () => {
      line.coming--;
      line.arrived.push(signal);
      deliver(line);
    });
  }

  return {
    wait(wait) {
      const line = lineOf(wait.name);
      line.waiting.push(wait);
      deliver(line);
      return () => {
        const at = line.waiting.indexOf(wait);
        if (at !== -1) line.waiting.splice(at, 1);
      };
    },
    untaken: () => given.filter((signal) => !taken.has(signal)),
  };
}
