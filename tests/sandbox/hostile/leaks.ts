import { answers } from "../../conformance/request.ts";
import { allEnd, type HostileClass } from "./program.ts";

const FEW = { limits: { logBytes: 10_000, fetchCount: 10 } };

/** Work that goes on after the end, promises nobody settles, and floods. */
export const leaks: HostileClass = {
  title: "leaks and floods",
  programs: {
    "an interval after the return": {
      code: "() => { setInterval(() => { globalThis.leaked = 1; Array.prototype.leaked = 1; }, 1); return 'ended'; }",
      output: "ended",
    },
    "a chain of promises after the return": {
      code: "() => { (async () => { for (let i = 0; i < 1e4; i++) await null; globalThis.leaked = 1; })(); return 'ended'; }",
      output: "ended",
    },
    "a fetch after the return": {
      code: "() => { setTimeout(() => fetch('http://service.test/late'), 1); return 'ended'; }",
      output: "ended",
    },
    "a crypto call after the return": {
      code: "() => { crypto.subtle.digest('SHA-256', new Uint8Array(1e6)).then(() => { globalThis.leaked = 1; }); return 'ended'; }",
      output: "ended",
    },
    "an endless chain of microtasks after the return": {
      code: "() => { const again = () => Promise.resolve().then(again); again(); return 'ended'; }",
      ends: "TIME_LIMIT",
    },
    "a finalizer": {
      code: "async () => { const registry = new FinalizationRegistry(() => { globalThis.leaked = 1; for (;;); }); (() => registry.register({}, 1))(); await null; return 'ended'; }",
      ends: ["TIME_LIMIT"],
    },
    "fetches that set off fetches without end": {
      code: "() => { const again = () => fetch('http://service.test/').then(again); again(); return 'ended'; }",
      ends: "FETCH_LIMIT",
      ...FEW,
    },
    ...allEnd("NEVER_SETTLED", {
      "a promise nobody settles": "() => new Promise(() => {})",
      "an await of it": "async () => { await new Promise(() => {}); }",
      "a race of nobody": "() => Promise.race([])",
      "all with one that never settles": "() => Promise.all([1, new Promise(() => {})])",
      "a generator that waits":
        "async () => { async function* g() { yield new Promise(() => {}); } for await (const x of g()); }",
      "two that wait for each other":
        "async () => { let a, b; a = (async () => { await null; await b; })(); b = (async () => { await null; await a; })(); await a; }",
    }),
    ...allEnd("TASK_FAILED", {
      "an unhandled rejection": "() => { Promise.reject(new Error('x')); return 1; }",
      "a thousand of them": "() => { for (let i = 0; i < 1000; i++) Promise.reject(i); return 1; }",
      "one in a finally": "() => { Promise.resolve().finally(() => { throw new Error('x'); }); return 1; }",
      "one of an async generator": "() => { (async function* () { throw new Error('x'); })().next(); return 1; }",
      "one in a reaction to a fetch":
        "() => { fetch('http://service.test/').then(() => { throw new Error('x'); }); return 1; }",
    }),
    ...allEnd(
      "LOG_LIMIT",
      {
        "console flood": "() => { for (;;) console.log('line'); }",
        "console flood of nothing": "() => { for (;;) console.log(); }",
        "console flood of every level":
          "() => { for (;;) { console.debug(1); console.warn(2); console.error(3); console.trace(); } }",
        "console flood in microtasks":
          "() => { const again = () => { console.log('x'); Promise.resolve().then(again); }; again(); return new Promise(() => {}); }",
        "console flood in timers":
          "() => { for (let i = 0; i < 50; i++) setInterval(() => console.log('x'.repeat(1000)), 0); return new Promise(() => {}); }",
        "one long line": "() => console.log('x'.repeat(1e6))",
        "progress flood": "(input, { progress }) => { for (;;) progress(1); }",
        "progress of much": "(input, { progress }) => { progress('x'.repeat(1e6)); }",
        "groups within groups":
          "() => { for (let i = 0; i < 1e5; i++) console.group(); for (;;) console.log('a\\nb'); }",
      },
      FEW,
    ),
    ...allEnd(
      "FETCH_LIMIT",
      {
        "fetch flood": "() => { for (;;) fetch('http://service.test/'); }",
        "fetch flood in parallel":
          "() => Promise.all(Array.from({ length: 1000 }, () => fetch('http://service.test/')))",
        "fetch flood with catching": "async () => { for (;;) await fetch('http://service.test/').catch(() => 0); }",
        "fetch flood in synchronous style":
          "() => { for (;;) { try { fetch('http://service.test/').status; } catch {} } }",
      },
      FEW,
    ),
    "fetch of much": {
      code: "() => { for (;;) fetch('http://service.test/', {}, new Uint8Array(5e6)); }",
      ends: "FETCH_LIMIT",
      http: answers(200),
      limits: { fetchCount: 10 },
    },
    ...allEnd(["TIME_LIMIT", "MEMORY_LIMIT"], {
      "timer flood":
        "() => { for (let i = 0; ; i++) { setTimeout(() => {}, i % 7); if (i % 1e4 === 0) clearTimeout(i); } }",
      "timers set and cleared": "() => { for (;;) clearTimeout(setTimeout(() => {}, 1e9)); }",
      "crypto flood":
        "() => { const data = new Uint8Array(1e6); for (;;) crypto.subtle.digest('SHA-512', data).catch(() => 0); }",
      "key flood":
        "async () => { for (;;) await crypto.subtle.generateKey({ name: 'AES-GCM', length: 128 }, true, ['encrypt']).catch(() => 0); }",
      "slow key flood":
        "async () => { for (;;) await crypto.subtle.generateKey({ name: 'RSA-PSS', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' }, true, ['sign', 'verify']).catch(() => 0); }",
      "derivation flood":
        "async () => { const key = await crypto.subtle.importKey('raw', new Uint8Array(8), 'PBKDF2', false, ['deriveBits']); for (;;) await crypto.subtle.deriveBits({ name: 'PBKDF2', hash: 'SHA-512', salt: new Uint8Array(8), iterations: 200_000 }, key, 512); }",
      "wrong fetches": "() => { for (;;) { try { fetch('no url'); } catch {} } }",
      aborts: "() => { for (;;) { const c = new AbortController(); AbortSignal.any([c.signal]); c.abort(); } }",
    }),
  },
};
