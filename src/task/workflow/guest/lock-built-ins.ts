/** What the runtime and the durable methods use of the built-in objects, by the global that has it. */
const USED: Readonly<Record<string, { own?: readonly PropertyKey[]; shared?: readonly PropertyKey[] }>> = {
  AggregateError: {},
  Array: {
    own: ["isArray", Symbol.species],
    shared: [
      ...["constructor", "filter", "find", "forEach", "join", "map", "pop", "push", "reverse", "slice", "toReversed"],
      Symbol.iterator,
    ],
  },
  Error: {},
  ExpressionError: {},
  JSON: { own: ["parse", "stringify"] },
  Map: { shared: ["get", "has", "set"] },
  Math: { own: ["ceil", "round"] },
  Number: { own: ["isSafeInteger"] },
  Object: { own: ["defineProperty", "entries", "freeze", "keys"] },
  Promise: { own: ["resolve", Symbol.species], shared: ["constructor", "then"] },
  Proxy: {},
  RegExp: { own: [Symbol.species], shared: ["constructor", "exec", "flags", "test", Symbol.matchAll] },
  Set: { shared: ["add", "delete", Symbol.iterator] },
  String: { shared: ["matchAll", "trim"] },
  TypeError: {},
};

/**
 * Keeps expressions from changing what the runtime works with: otherwise one of them could skip a step that asks people, or give another
 * step an output that it never had. Whatever else an expression changes is seen by expressions only. Only what is used is locked,
 * because a machine creates its built-in functions when they are first looked at, and an image has all that were created.
 */
export function lockBuiltIns(): void {
  const names = globalThis as unknown as Record<string, { prototype?: object } | undefined>;
  for (const [name, { own = [], shared = [] }] of Object.entries(USED)) {
    const value = names[name];
    if (value === undefined) continue;
    lock(globalThis, [name]);
    lock(value, own);
    if (value.prototype !== undefined) lock(value.prototype, shared);
  }
  for (const iterator of [[].values(), new Set().values(), "".matchAll(/./g)]) {
    const prototype = Object.getPrototypeOf(iterator) as object;
    lock(prototype, ["next"]);
    lock(Object.getPrototypeOf(prototype) as object, [Symbol.iterator]);
  }
  // What is read of a step that has no such member comes from here.
  Object.preventExtensions(Object.prototype);
  Object.preventExtensions(Array.prototype);
}

function lock(object: object, keys: readonly PropertyKey[]): void {
  for (const key of keys) {
    const { get, value = get } = Object.getOwnPropertyDescriptor(object, key) ?? {};
    const kept = get === undefined ? { value, writable: false } : { get };
    Object.defineProperty(object, key, { ...kept, configurable: false });
  }
}
