import type { HttpSend } from "../../src/domain/http.ts";

/** The same network, but each response takes a while, ms. */
export function late(ms: () => number, send: HttpSend): HttpSend {
  return async (request, signal) => {
    await Bun.sleep(ms());
    return send(request, signal);
  };
}

/** Calls `run` in a later turn of the event loop, after what runs now has returned. */
export function laterTurn(run: () => void): void {
  setImmediate(run);
}
