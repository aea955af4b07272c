import promises from "node:timers/promises";

const scope = globalThis as unknown as { setImmediate?: unknown; clearImmediate?: unknown };

export default {
  setTimeout: globalThis.setTimeout,
  clearTimeout: globalThis.clearTimeout,
  setInterval: globalThis.setInterval,
  clearInterval: globalThis.clearInterval,
  setImmediate:
    scope.setImmediate ??
    ((callback: (...values: unknown[]) => void, ...values: unknown[]) => setTimeout(callback, 0, ...values)),
  clearImmediate: scope.clearImmediate ?? globalThis.clearTimeout,
  promises,
};
