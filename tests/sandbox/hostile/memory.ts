import { allEnd, type HostileClass } from "./program.ts";

const SIXTEEN_MB = { limits: { timeMs: 20_000, memoryBytes: 16 * 1024 * 1024 } };

/** Memory by everything that takes some. */
export const memory: HostileClass = {
  title: "memory",
  programs: {
    ...allEnd(
      "MEMORY_LIMIT",
      {
        arrays: "() => { const all = []; for (;;) all.push(new Array(1000).fill(all.length)); }",
        "one array": "() => { const all = []; for (;;) all.push(all.length); }",
        objects: "() => { const all = []; for (;;) all.push({ a: 1, b: [2] }); }",
        "one object with many members": "() => { const o = {}; for (let i = 0; ; i++) o['k' + i] = i; }",
        "texts that double": "() => { let s = 'ü'; for (;;) { s = s + s + 'x'; s.charCodeAt(s.length >> 1); } }",
        "many texts": "() => { const all = []; for (let i = 0; ; i++) all.push('text number ' + i); }",
        "a repeated text": "() => 'ü'.repeat(2e7).length",
        ropes:
          "() => { const all = []; let s = ''; for (let i = 0; ; i++) { s = i + s; all.push(s + 'x'.repeat(100) + i); } }",
        "template texts": "() => { let s = 'x'; for (;;) s = `$`.concat(s, s); }",
        buffers: "() => { const all = []; for (;;) all.push(new ArrayBuffer(1e6)); }",
        "typed arrays": "() => { const all = []; for (;;) all.push(new Float64Array(1e4).fill(1)); }",
        "one large buffer": "() => new Uint8Array(2e9).length",
        "a buffer that grows":
          "() => { const b = new ArrayBuffer(1, { maxByteLength: 2 ** 30 }); for (let n = 1; ; n *= 2) b.resize(n); }",
        "shared buffers": "() => { const all = []; for (;;) all.push(new SharedArrayBuffer(1e6)); }",
        maps: "() => { const m = new Map(); for (let i = 0; ; i++) m.set({}, i); }",
        sets: "() => { const s = new Set(); for (let i = 0; ; i++) s.add('' + i); }",
        "weak maps that hold on":
          "() => { const m = new WeakMap(); const keys = []; for (;;) { const k = {}; keys.push(k); m.set(k, [k]); } }",
        closures: "() => { const all = []; for (let i = 0; ; i++) { const big = [i, i, i]; all.push(() => big); } }",
        "functions made of text":
          "() => { const all = []; for (let i = 0; ; i++) all.push(new Function('return ' + i)); }",
        "bound functions": "() => { const all = []; for (;;) all.push(Math.max.bind(null, 1, 2, 3)); }",
        classes: "() => { const all = []; for (;;) all.push(class { #a = 1; static b = []; m() {} }); }",
        generators:
          "() => { function* g() { yield 1; } const all = []; for (;;) { const it = g(); it.next(); all.push(it); } }",
        proxies: "() => { const all = []; for (;;) all.push(new Proxy({}, {})); }",
        symbols: "() => { const all = []; for (let i = 0; ; i++) all.push(Symbol('symbol ' + i)); }",
        "registered symbols": "() => { const all = []; for (let i = 0; ; i++) all.push(Symbol.for('symbol ' + i)); }",
        "member names": "() => { const all = []; for (let i = 0; ; i++) all.push({ ['name' + i]: 1 }); }",
        bigints: "() => { const all = []; for (let n = 1n; ; n = n * 3n + 1n) all.push(n); }",
        "JSON text": "() => { let a = ['x'.repeat(1000)]; for (;;) { const s = JSON.stringify(a); a = [s, s]; } }",
        "JSON values":
          "() => { const text = '[' + '{\"a\":[1]},'.repeat(5e4) + '1]'; const all = []; for (;;) all.push(JSON.parse(text)); }",
        "matches of a pattern": "() => [...'ab'.repeat(1e6).matchAll(/(a)(b)/g)].length",
        "captures of a pattern": "() => /^(?:(a)|(b)|(c)|(d))*$/.test('abcd'.repeat(1e6))",
        "parts of a text": "() => 'a,'.repeat(3e6).split(',').length",
        promises: "() => { const all = []; for (;;) all.push(new Promise(() => {})); }",
        "waiting microtasks": "() => { for (;;) Promise.resolve().then(() => {}); }",
        "abort controllers":
          "() => { const all = []; for (;;) { const c = new AbortController(); c.signal.addEventListener('abort', () => {}); all.push(c); } }",
        "console counters": "() => { for (let i = 0; ; i++) console.time('label ' + i); }",
        "console arguments": "() => console.log(...Array.from({ length: 60_000 }, () => 'x'.repeat(1000)))",
        "errors and their stacks": "() => { const all = []; for (;;) all.push(new Error('x').stack, new Error('y')); }",
        structuredClone:
          "() => { const all = []; for (;;) all.push(structuredClone({ a: [1, 2, 3], s: new Set([1]) })); }",
        TextEncoder: "() => { const all = []; for (;;) all.push(new TextEncoder().encode('ü'.repeat(1e5))); }",
        "query parameters":
          "() => { const p = new URLSearchParams(); for (let i = 0; ; i++) p.append('name' + i, 'value'); }",
        headers: "() => { const h = new Headers(); for (let i = 0; ; i++) h.append('name' + i, 'value'); }",
        "sparse arrays":
          "() => { const all = []; for (;;) { const a = []; a[1e6] = 1; a[2e6] = 2; all.push(a, a.slice(0, 100)); } }",
        "array of a length": "() => new Array(2e7).fill(0).length",
        "concatenated arrays": "() => { let a = new Array(1000).fill(0); for (;;) a = a.concat(a); }",
        "at the top level": "const all = []; for (;;) all.push([all.length]); () => 1",
        "while errors are caught":
          "() => { const all = []; for (;;) { try { all.push(new Array(1e4).fill(0)); } catch { all.push([]); } } }",
        "after an await": "async () => { await null; const all = []; for (;;) all.push(new Array(1000).fill(0)); }",
        "in a timer":
          "() => new Promise(() => setTimeout(() => { const all = []; for (;;) all.push(new Array(1000).fill(0)); }, 1))",
        "in toJSON": "() => ({ toJSON() { const all = []; for (;;) all.push(new Array(1000).fill(0)); } })",
        "the result's text": "() => new Array(100).fill('x'.repeat(1e6))",
      },
      SIXTEEN_MB,
    ),
    ...allEnd("TASK_FAILED", {
      "rejected promises": "() => { for (;;) Promise.reject(1); }",
      timers: "() => { for (;;) setTimeout(() => {}, 60_000); }",
      intervals: "() => { for (;;) setInterval(() => {}, 60_000); }",
    }),
    "caught, and then less": {
      code: "() => { let all = []; try { for (;;) all.push(new Array(1000).fill(0)); } catch { all = []; return 'less'; } }",
      output: "less",
      ...SIXTEEN_MB,
    },
  },
};
