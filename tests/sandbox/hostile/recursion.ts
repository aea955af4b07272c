import { allEnd, type HostileClass } from "./program.ts";

const SLOW = { limits: { timeMs: 10_000 } };

/** Recursion through everything that calls back, and nesting of everything that nests. */
export const recursion: HostileClass = {
  title: "recursion and nesting",
  programs: {
    ...allEnd(
      "STACK_LIMIT",
      {
        plain: "() => { (function deeper() { deeper(); })(); }",
        mutual: "() => { const a = () => b(); const b = () => a(); a(); }",
        "with arguments": "() => { const deeper = (...all) => deeper(...all, 1); deeper(); }",
        getter: "() => { const o = { get x() { return this.x; } }; o.x; }",
        toString: "() => { const o = { toString() { return '' + this; } }; '' + o; }",
        toJSON: "() => { const o = { toJSON() { return JSON.stringify(o); } }; return o; }",
        reviver: "() => { const f = () => JSON.parse('[1]', f); f(); }",
        "proxy trap": "() => new Proxy({}, { get(t, k, r) { return r[k]; } }).x",
        forEach: "() => { const f = () => [1].forEach(f); f(); }",
        sort: "() => { const f = () => [1, 2].sort(f); f(); }",
        "replace callback": "() => { const f = () => 'a'.replace(/a/, f); f(); }",
        generators: "() => { function* f() { yield* f(); } [...f()]; }",
        constructor: "() => { class A { constructor() { new A(); } } new A(); }",
        "field initializers": "() => { class A { a = new A(); } new A(); }",
        "Reflect.construct": "() => { class A { constructor() { Reflect.construct(A, []); } } new A(); }",
        "Function.prototype.call": "() => { const f = () => f.call.call(f); f(); }",
        eval: "() => { globalThis.f = () => eval('f()'); f(); }",
        "Symbol.toPrimitive": "() => { const o = { [Symbol.toPrimitive]: () => +o }; +o; }",
        "Symbol.hasInstance": "() => { const o = { [Symbol.hasInstance]: () => 1 instanceof o }; 1 instanceof o; }",
        "an async function, before its first await": "async () => { const f = async () => { await f(); }; await f(); }",
        "instanceof through proxies":
          "() => { let p = Object; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return [] instanceof p; }",
        "proxies around proxies":
          "() => { let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x; }",
        "classes that extend classes":
          "() => { let C = class {}; for (let i = 0; i < 2e4; i++) C = class extends C {}; return new C(); }",
        "JSON.parse of nested text": "() => JSON.parse('['.repeat(1e5) + ']'.repeat(1e5))",
        "text of nested arrays": "() => { let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return String(a); }",
        "JSON of nested arrays":
          "() => { let a = []; for (let i = 0; i < 1e5; i++) a = [a]; return JSON.stringify(a); }",
        "nested source": "() => eval('['.repeat(1e5) + ']'.repeat(1e5))",
        "nested brackets in source": "() => eval('('.repeat(1e5) + '1' + ')'.repeat(1e5))",
        "nested functions in source": "() => eval('()=>'.repeat(5e4) + '1')",
        "nested templates in source": "() => eval(('`$' + '{').repeat(2e4) + '1' + '}`'.repeat(2e4))",
        "nested conditions in source": "() => eval('1?'.repeat(5e4) + '1' + ':1'.repeat(5e4))",
        "nested blocks in source": "() => eval('{'.repeat(1e5) + '}'.repeat(1e5))",
        "signs in source": "() => eval('- '.repeat(1e5) + '1')",
        structuredClone: "() => { let a = []; for (let i = 0; i < 1e5; i++) a = [a]; structuredClone(a); }",
        "flat without end": "() => { const a = []; a.push(a); a.flat(Infinity); }",
      },
      SLOW,
    ),
    ...allEnd(
      ["STACK_LIMIT", "TASK_FAILED"],
      {
        "nested pattern": "() => new RegExp('(?:'.repeat(1e5) + ')'.repeat(1e5))",
        "nested groups in a pattern":
          "() => new RegExp('('.repeat(200) + 'a'.repeat(1e5) + ')'.repeat(200) + '(?='.repeat(1e5))",
        "nested destructuring": "() => eval('let ' + '['.repeat(5e4) + 'a' + ']'.repeat(5e4) + ' = 1')",
        "nested source of the program": "(".repeat(1e5),
      },
      SLOW,
    ),
    ...allEnd(
      ["STACK_LIMIT", "MEMORY_LIMIT"],
      {
        "bound functions around bound functions":
          "() => { let f = () => 1; for (let i = 0; i < 1e4; i++) f = f.bind(null); return f(); }",
      },
      SLOW,
    ),
    "Array.isArray through a hundred thousand proxies": {
      code: "() => { let p = []; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return Array.isArray(p); }",
      output: true,
      ...SLOW,
    },
    "an error with a hundred thousand causes": {
      code: "() => { let e; for (let i = 0; i < 1e5; i++) e = new Error('e', { cause: e }); throw e; }",
      ends: ["TASK_FAILED", "MEMORY_LIMIT"],
      ...SLOW,
    },
    "a caught overflow, over and over": {
      code: "() => { let n = 0; const f = () => { n += 1; f(); }; for (let i = 0; i < 20; i++) try { f(); } catch {} return n > 0; }",
      output: true,
      ...SLOW,
    },
    "an overflow that throws in its own handler": {
      code: "() => { const f = () => { try { f(); } catch (error) { f(); } }; try { f(); } catch (e) { return e.name; } }",
      ends: ["TIME_LIMIT", "STACK_LIMIT"],
    },
    "a prototype chain of a hundred thousand": {
      code: "() => { let o = {}; for (let i = 0; i < 1e5; i++) o = Object.create(o); return [o.x === undefined, 'x' in o]; }",
      output: [true, false],
      ...SLOW,
    },
    "promises resolved with promises, a hundred thousand deep": {
      code: "async () => { let p = Promise.resolve(1); for (let i = 0; i < 1e5; i++) { const q = p; p = new Promise((r) => r(q)); } return p; }",
      ends: ["MEMORY_LIMIT"],
      limits: { timeMs: 10_000, memoryBytes: 32 * 1024 * 1024 },
    },
    "freeing what is nested a hundred thousand deep": {
      code: "() => { let a = []; for (let i = 0; i < 1e5; i++) a = [a]; a = null; let o = {}; for (let i = 0; i < 1e5; i++) o = { o }; o = null; return 'freed'; }",
      output: "freed",
      ...SLOW,
    },
  },
};
