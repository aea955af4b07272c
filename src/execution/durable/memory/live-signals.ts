import type { DurableError } from "../../../domain/durable.ts";
import type { JsonValue } from "../../../domain/json.ts";
import type { SignalBox, SignalWait } from "./signal-box.ts";

/** What became of a signal: a wait took it, or it is kept, or the wait that is open refuses it. */
export type Sent = { status: "delivered" | "kept" } | { refused: DurableError } | { full: number };

/** Signals that are sent while a run is under way. */
export interface LiveSignals extends SignalBox {
  send(name: string, payload: JsonValue): Sent;
}

/** How many signals are kept: a run in memory holds them all. */
const MOST_KEPT = 1_000;

/**
 * Creates a box for one run. A wait gets the oldest signal of its name that fits, or waits for one.
 * @param passed called for each kept signal that is passed over, with the reason
 */
export function createLiveSignals(passed: (name: string, reason: string) => void): LiveSignals {
  const kept = new Map<string, JsonValue[]>();
  const waiting = new Map<string, SignalWait[]>();
  let keptCount = 0;

  const listOf = <T>(lists: Map<string, T[]>, name: string): T[] => {
    const list = lists.get(name) ?? [];
    lists.set(name, list);
    return list;
  };

  return {
    wait(wait) {
      const arrived = listOf(kept, wait.name);
      for (let payload = arrived.shift(); payload !== undefined; payload = arrived.shift()) {
        keptCount--;
        const problem = wait.check(payload);
        if (problem === undefined) {
          wait.take(payload);
          return () => {};
        }
        passed(wait.name, problem.message);
      }
      const line = listOf(waiting, wait.name);
      line.push(wait);
      return () => {
        const at = line.indexOf(wait);
        if (at !== -1) line.splice(at, 1);
      };
    },
    send(name, payload) {
      const line = listOf(waiting, name);
      const [first] = line;
      if (first === undefined) {
        if (keptCount >= MOST_KEPT) return { full: MOST_KEPT };
        keptCount++;
        listOf(kept, name).push(payload);
        return { status: "kept" };
      }
      const problem = first.check(payload);
      if (problem !== undefined) return { refused: problem };
      line.shift();
      first.take(payload);
      return { status: "delivered" };
    },
    // Signals may come as long as the run lasts.
    untaken: () => [],
  };
}
