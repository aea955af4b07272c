import { Stop } from "../../engine/stop.ts";
import type { Machine } from "../machine/machine.ts";

/** Each that is kept in mind takes memory of the host. */
const MAX_UNHANDLED = 50_000;

/** Promises of a guest that were rejected with nobody handling them, until somebody does. */
export class Rejections {
  /** Boxes by the promise's place in memory. A box keeps its promise alive, so that no other can take that place. */
  readonly #unhandled = new Map<number, number>();

  constructor(private readonly machine: Machine) {}

  /** Takes note of what the engine says. Both boxes are given away to this. */
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
        throw new Stop("TASK_FAILED", `more than ${MAX_UNHANDLED} promises were rejected with nobody handling them`);
      }
    }
  }

  /** Box of the reason of the first one that is still unhandled. */
  first(): number | undefined {
    const [promise] = this.#unhandled.values();
    return promise === undefined ? undefined : this.machine.exports.qjs_promise_result(promise);
  }
}
