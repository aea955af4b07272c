import { Stop } from "../../engine/stop.ts";
import type { Machine } from "../machine/machine.ts";

/** How many rejected promises are remembered: each takes memory of the host. */
const MAX_UNHANDLED = 50_000;

/** A guest's rejected promises that have no handler yet. */
export class Rejections {
  /** Handles by the promise's place in memory. A handle keeps its promise alive, so that no other can take that place. */
  readonly #unhandled = new Map<number, number>();

  constructor(private readonly machine: Machine) {}

  /** Notes what the engine reports. This function owns both handles. */
  note(promise: number, reason: number, handled: boolean): void {
    const { exports } = this.machine;
    exports.qjs_free_value(reason); // the promise keeps it
    const place = exports.qjs_get_value_ptr(promise);
    const known = this.#unhandled.get(place);
    if (known !== undefined) exports.qjs_free_value(known);
    if (handled) {
      this.#unhandled.delete(place);
      exports.qjs_free_value(promise);
    } else {
      this.#unhandled.set(place, promise);
      if (this.#unhandled.size > MAX_UNHANDLED) {
        throw new Stop("TASK_FAILED", `more than ${MAX_UNHANDLED} promises were rejected and have no handler`);
      }
    }
  }

  /** Returns the handle of the reason of the first one that still has no handler. */
  first(): number | undefined {
    const [promise] = this.#unhandled.values();
    return promise === undefined ? undefined : this.machine.exports.qjs_promise_result(promise);
  }
}
