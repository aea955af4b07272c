import { allEnd, type HostileClass } from "./program.ts";

/** Loops of every kind. */
export const loops: HostileClass = {
  title: "endless loops",
  programs: allEnd("TIME_LIMIT", {
    while: "() => { while (true); }",
    for: "() => { for (let i = 0; ; i++) i %= 7; }",
    do: "() => { do {} while (1); }",
    labelled: "() => { outer: for (;;) { for (;;) continue outer; } }",
    "switch in a loop": "() => { for (let i = 0; ; i ^= 1) switch (i) { case 0: continue; default: continue; } }",
    "a loop that catches everything": "() => { for (;;) { try { for (;;); } catch {} finally { continue; } } }",
    "tail of promises": "() => { const again = () => Promise.resolve().then(again); return again(); }",
    microtasks: "() => { const again = () => queueMicrotask(again); again(); return new Promise(() => {}); }",
    "async recursion": "async () => { const again = async () => { await null; return again(); }; return again(); }",
    generator: "() => { function* all() { for (;;) yield; } for (const one of all()); }",
    "delegating generators":
      "() => { function* a() { for (;;) yield* b(); } function* b() { yield 1; } for (const one of a()); }",
    "async iteration": "async () => { async function* all() { for (;;) yield 1; } for await (const one of all()); }",
    "proxy trap": "() => { new Proxy({}, { get() { for (;;); } }).x; }",
    "proxy with keys that never end": "() => { const p = new Proxy({}, { ownKeys() { for (;;); } }); Object.keys(p); }",
    getter: "() => ({ get x() { for (;;); } }).x",
    setter: "() => { ({ set x(v) { for (;;); } }).x = 1; }",
    valueOf: "() => +{ valueOf() { for (;;); } }",
    "Symbol.toPrimitive": "() => '' + { [Symbol.toPrimitive]() { for (;;); } }",
    "Symbol.hasInstance": "() => 1 instanceof { [Symbol.hasInstance]() { for (;;); } }",
    "sort comparator": "() => [3, 2, 1].sort(() => { for (;;); })",
    "replace callback": "() => 'a'.replace(/a/, () => { for (;;); })",
    "JSON reviver": "() => JSON.parse('[1]', () => { for (;;); })",
    "JSON replacer": "() => JSON.stringify([1], () => { for (;;); })",
    "spread of an endless iterator that gives nothing to keep":
      "() => Math.max(...{ [Symbol.iterator]: () => ({ next() { for (;;); } }) })",
    "destructuring from an iterator that never answers":
      "() => { const [a] = { [Symbol.iterator]: () => ({ next() { for (;;); } }) }; }",
    "for-of over an iterator without end":
      "() => { for (const x of { [Symbol.iterator]: () => ({ next: () => ({ done: false }) }) }); }",
    "Set of an endless iterator of one value":
      "() => new Set({ [Symbol.iterator]: () => ({ next: () => ({ done: false, value: 1 }) }) })",
    "Object.fromEntries of an endless iterator":
      "() => Object.fromEntries({ [Symbol.iterator]: () => ({ next: () => ({ done: false, value: ['a', 1] }) }) })",
    "iterator helpers": "() => Iterator.from({ next: () => ({ done: false, value: 0 }) }).filter((n) => n > 0).next()",
    "class static block at load": "class A { static { for (;;); } } () => 1",
    "default parameter": "(function (input, context, x = (() => { for (;;); })()) { return x; })",
    "tagged template": "() => { const tag = () => 1; for (;;) tag`a`; }",
    "loop in eval": "() => eval('for (;;);')",
    "loop in a made function": "() => new Function('for (;;);')()",
    "loop in the getter of the result": "() => ({ get a() { for (;;); } })",
    "loop in toJSON of the result": "() => ({ toJSON() { for (;;); } })",
    "loop in the getter of the error": "() => { throw { get message() { for (;;); } }; }",
    "a result that is thenable without end": "() => { const t = { then(resolve) { resolve(t); } }; return t; }",
    "timers that set timers":
      "() => { const again = () => setTimeout(again, 0); again(); return new Promise(() => {}); }",
    "loop in a timer": "() => new Promise(() => setTimeout(() => { for (;;); }, 1))",
    "loop after an await": "async () => { await new Promise((r) => setTimeout(r, 1)); for (;;); }",
    "loop after a synchronous fetch": "() => { fetch('http://service.test/').status; for (;;); }",
    "loop in an abort listener":
      "(input, { signal }) => { const c = new AbortController(); c.signal.onabort = () => { for (;;); }; c.abort(); }",
    "recursion that doubles": "() => { const f = (n) => (n === 0 ? 0 : f(n - 1) + f(n - 1)); return f(200); }",
    "waiting for shared memory":
      "() => { const cell = new Int32Array(new SharedArrayBuffer(4)); while (cell[0] === 0); }",
  }),
};
