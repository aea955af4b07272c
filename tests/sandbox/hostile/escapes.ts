import type { HostileClass } from "./program.ts";

/** Ways out that were found in other sandboxes, and in this engine, rewritten. */
export const escapes: HostileClass = {
  title: "ways out",
  programs: {
    "names of the host": {
      code: `() => ["process", "Bun", "require", "module.constructor._load", "Deno", "window", "global", "Worker", "WebAssembly", "Buffer", "std", "os", "scriptArgs",
        "__ratchetHost", "__ratchetEntries", "postMessage", "importScripts", "onmessage", "XMLHttpRequest", "document", "Atomics", "print", "load", "gc", "$262"]
        .filter((name) => { try { return eval("typeof " + name) !== "undefined"; } catch { return false; } })`,
      output: [],
    },
    "import()": { code: "() => import('node:fs')", ends: "TASK_FAILED" },
    "import() of data": { code: "() => import('data:text/javascript,export default 1')", ends: "TASK_FAILED" },
    "import() in a made function": { code: "() => new Function('return import(\"os\")')()", ends: "TASK_FAILED" },
    "import.meta": { code: "() => eval('import.meta.url')", ends: "TASK_FAILED" },
    "import statement": { code: "import fs from 'node:fs'; export default () => 1;", ends: "TASK_INVALID" },
    "require of modules": { code: "() => require('child_process')", ends: "TASK_FAILED" },
    "the functions of the guest API by their source": {
      code: "() => [fetch, console.log, setTimeout, structuredClone].every((f) => !/host|OPERATION/.test(Function.prototype.toString.call(f)))",
      output: true,
    },
    "the functions of the guest API by the stack": {
      code: `() => {
        const found = [];
        Error.prepareStackTrace = (error, sites) => { for (const site of sites) found.push(site.getFunction?.()); return ""; };
        try { new Error("x").stack; setTimeout(() => { throw 1; }, { valueOf() { new Error("y").stack; return 1; } }); } finally { delete Error.prepareStackTrace; }
        return found.filter((f) => f !== undefined && f !== null).length;
      }`,
      output: 0,
    },
    "the this of the host's functions": {
      code: "() => { const seen = []; fetch.call({ get x() { seen.push(1); } }, { toString() { seen.push(this === globalThis); return 'http://service.test/'; } }); Reflect.apply(console.log, null, [1]); return seen; }",
      output: [false],
    },
    "vm2: an error of the host's own stack overflow": {
      code: `() => {
        const deep = (n) => { try { return n > 0 ? deep(n - 1) : new URL("http://a.test/" + JSON.stringify({ get a() { return deep(1e5); } })); } catch (error) { return error; } };
        const error = deep(1e5);
        return [error instanceof Error, error.constructor.constructor("return typeof process")()];
      }`,
      output: [true, "undefined"],
      limits: { timeMs: 5_000 },
    },
    "vm2: an exception of the host, caught": {
      code: `() => {
        const all = [];
        for (const make of [() => fetch("::").ok, () => new URL("::"), () => atob("*"), () => new TextDecoder("x"), () => structuredClone(() => 1), () => crypto.getRandomValues(1), () => new Headers({ "": 1 })]) {
          try { make(); } catch (error) { all.push(error.constructor.constructor("return typeof process")(), error instanceof Error); }
        }
        return [...new Set(all)];
      }`,
      output: ["undefined", true],
    },
    "vm2: a rejection of the host, caught": {
      code: `async () => {
        const all = [];
        for (const make of [() => crypto.subtle.digest("x", new Uint8Array(1)), () => fetch("http://down.test/"), () => import("x")]) {
          await make().catch((error) => all.push(error.constructor.constructor("return typeof process")()));
        }
        return all;
      }`,
      http: async () => {
        throw new Error("down");
      },
      output: ["undefined", "undefined", "undefined"],
    },
    "vm2: species in an async function": {
      code: `async () => {
        class Evil extends Promise { constructor(executor) { super((resolve, reject) => { executor(resolve, (error) => { globalThis.got = error; reject(error); }); }); } }
        const made = async () => { throw new Error("x"); };
        const p = made(); p.constructor = { [Symbol.species]: Evil };
        await p.then(() => 1).catch(() => 0);
        return [typeof globalThis.got, globalThis.got?.constructor.constructor("return typeof process")() ?? null];
      }`,
      output: ["object", "undefined"],
    },
    "vm2: inspection hooks": {
      code: `() => {
        const hook = Symbol.for("nodejs.util.inspect.custom");
        const calls = [];
        const evil = { [hook](...all) { calls.push(...all); return "x"; }, [Symbol.for("Bun.inspect.custom")](...all) { calls.push(...all); } };
        Object.prototype[hook] = evil[hook];
        console.log(evil, {}, [evil]);
        try { throw evil; } catch {}
        return calls.length;
      }`,
      output: 0,
    },
    "vm2: proxies around everything that is handed over": {
      code: `(input, context) => {
        const seen = new Set();
        let looking = false;
        const look = (one) => { if (looking) return; looking = true; try { lookAt(one); } finally { looking = false; } };
        const lookAt = (one) => { if (one !== null && (typeof one === "object" || typeof one === "function")) seen.add(one.constructor?.constructor?.("return typeof process")() ?? "none"); };
        const wrap = (target) => new Proxy(target, Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, (...all) => { all.slice(1).forEach(look); return Reflect[trap](...all); }])));
        fetch("http://service.test/", wrap({ headers: wrap({ a: "b" }), body: wrap({ c: 1 }), method: "POST" }));
        console.log(wrap({}), wrap([]), wrap(() => 1));
        structuredClone(wrap({ a: 1 }));
        context.progress(wrap({ a: 1 }));
        wrap(fetch)("http://service.test/");
        seen.delete("none");
        return [...seen];
      }`,
      output: ["undefined"],
    },
    "vm2: with and unscopables": {
      code: "() => new Function('with (new Proxy({}, { has: () => true, get: (t, k) => k === Symbol.unscopables ? undefined : globalThis[k] })) { return typeof process; }')()",
      output: "undefined",
    },
    "isolated-vm: callbacks kept from an earlier turn": {
      code: `async () => {
        let resolveOuter; const p = new Promise((resolve) => { resolveOuter = resolve; });
        const r = await fetch("http://service.test/");
        const { json, text } = r; const bound = r.json.bind({});
        try { await bound(); } catch (error) { resolveOuter(error.name); }
        try { await Reflect.apply(text, {}, []); } catch (error) { return [await p, error.name]; }
      }`,
      output: ["TypeError", "TypeError"],
    },
    "isolated-vm: bytes handed over, then detached, resized or shared": {
      code: `async () => {
        const results = [];
        const a = new Uint8Array([65, 66]);
        const call = fetch("http://service.test/", { method: "POST", body: a });
        a.buffer.transfer();
        results.push((await (await call).json()).body);
        const growing = new ArrayBuffer(4, { maxByteLength: 1 << 20 });
        const view = new Uint8Array(growing).fill(67);
        const decoded = new TextDecoder().decode(view);
        const digest = crypto.subtle.digest("SHA-1", view).catch((error) => error.name);
        growing.resize(0);
        results.push(decoded, await digest, new TextDecoder().decode(view));
        const shared = new Uint8Array(new SharedArrayBuffer(2)).fill(68);
        results.push(fetch("http://service.test/", { method: "POST", body: shared }).body.body);
        return results;
      }`,
      output: ["AB", "CCCC", "TypeError", "", "DD"],
    },
    "isolated-vm: lengths that lie": {
      code: `() => {
        const results = [];
        class Liar extends Uint8Array { get length() { return 1e9; } get byteLength() { return 1e9; } get byteOffset() { return -5; } get buffer() { return new ArrayBuffer(1); } }
        const liar = new Liar([65, 66]);
        for (const use of [() => new TextDecoder().decode(liar), () => fetch("http://service.test/", { body: liar }).body.body, () => [...crypto.getRandomValues(liar)].length > 1e8]) {
          try { results.push(use()); } catch (error) { results.push(error.name); }
        }
        return results.map((r) => (typeof r === "string" && r.length > 40 ? "too much" : r)).includes("too much");
      }`,
      output: false,
    },
    "memory beyond a buffer": {
      code: `() => {
        const buffer = new ArrayBuffer(8);
        const tries = [() => new Uint8Array(buffer, 9), () => new Uint8Array(buffer, 4, 8), () => new DataView(buffer, 0, 9), () => new DataView(buffer).getInt32(6), () => new DataView(buffer).setFloat64(1, 1),
          () => new Uint8Array(buffer, -1), () => new Uint8Array(buffer, 2 ** 32), () => new DataView(buffer).getUint8(2 ** 32), () => new Uint16Array(buffer, 1)];
        return [tries.map((use) => { try { use(); return "in"; } catch (error) { return error.name; } }).every((r) => r === "RangeError"), new Uint8Array(buffer)[2 ** 32] ?? null, new Uint8Array(buffer)[-1] ?? null];
      }`,
      output: [true, null, null],
    },
    "a buffer that shrinks while it is filled": {
      code: `() => {
        const results = [];
        for (const name of ["fill", "with", "includes", "indexOf", "subarray", "slice", "copyWithin", "set"]) {
          const buffer = new ArrayBuffer(64, { maxByteLength: 1 << 16 });
          const view = new Uint8Array(buffer);
          const shrink = { valueOf() { buffer.resize(0); return 5; } };
          try { view[name](name === "set" ? { length: 3, get 0() { buffer.resize(0); return 1; } } : shrink, shrink, 60); } catch (error) { results.push(error.name); }
          results.push(view.length);
        }
        return results.every((r) => r === 0 || r === "TypeError" || r === "RangeError");
      }`,
      output: true,
    },
    "a buffer that grows or goes while it is sorted": {
      code: `() => {
        for (const act of [(b) => b.resize(0), (b) => b.resize(600), (b) => b.transfer()]) {
          const buffer = new ArrayBuffer(64, { maxByteLength: 1 << 16 });
          const view = new Int32Array(buffer).map((_, i) => -i);
          const own = new Int32Array(buffer);
          try { own.sort((a, b) => { act(buffer); return a - b; }); } catch {}
          try { Array.prototype.sort.call(own, (a, b) => { try { act(buffer); } catch {} return b - a; }); } catch {}
          view.sort();
        }
        return "sound";
      }`,
      output: "sound",
    },
    "DataView with conversions that resize": {
      code: "() => { const b = new ArrayBuffer(16, { maxByteLength: 32 }); const v = new DataView(b); try { v.setFloat64(8, { valueOf() { b.resize(4); return 1; } }); return 'written'; } catch (error) { return error.name; } }",
      output: "RangeError",
    },
    "an array that changes while it is sorted, joined and spliced": {
      code: `() => {
        const a = Array.from({ length: 1000 }, (_, i) => ({ toString() { a.length = 0; a.push(i); return "x"; }, valueOf() { a.length = 2; return -i; } }));
        try { a.sort((x, y) => x - y); a.join(); a.splice({ valueOf() { a.length = 0; return 0; } }, 5, ...a); a.concat(a).flat(); String(a); } catch {}
        const b = [1, 2, 3]; b.__proto__ = { get 1() { b.length = 0; return 9; }, __proto__: Array.prototype }; delete b[1];
        try { b.map((n) => n); b.slice(); b.reverse(); [].concat(b); } catch {}
        return "sound";
      }`,
      output: "sound",
    },
    "a pattern compiled again while it is used": {
      code: `() => {
        const r = /a(b)?/g; let n = 0;
        r.lastIndex = { valueOf() { if (n++ < 3) r.compile("((((x))))|" + "y".repeat(1000), "g"); return 0; } };
        try { r.exec("ababab"); } catch {}
        r[Symbol.replace]("aaa", () => { r.compile("z"); return "q"; });
        let calls = 0;
        r.exec = () => calls++ > 3 ? null : ({ index: -5, length: 3, 0: { toString() { r.compile("w"); return "x"; } } });
        try { "abc".replace(r, "$1$&$\`"); "abc".split(r); } catch {}
        return "sound";
      }`,
      output: "sound",
    },
    "collections that change while they are walked": {
      code: `() => {
        const m = new Map([[1, 1], [2, 2]]); let n = 0;
        m.forEach((v, k) => { m.delete(k); if (n++ < 1000) m.set(n + 10, n); });
        const s = new Set([1]); for (const v of s) { s.delete(v); if (v < 1000) s.add(v + 1); }
        const it = s.values(); s.clear(); it.next();
        const w = new WeakRef({}); const f = new FinalizationRegistry(() => {}); f.register({}, f); f.unregister(f);
        return [m.size, s.size, typeof w.deref()];
      }`,
      output: [0, 0, "undefined"],
    },
    "generators and iterators re-entered and dropped": {
      code: `() => {
        let g; function* again() { try { g.next(); } catch (error) { yield error.name; } }
        g = again(); const first = g.next().value;
        const h = (function* () { try { yield 1; } finally { h.return(2); } })(); h.next();
        let second; try { h.return(1); } catch (error) { second = error.name; }
        let third = "none"; try { const it = Iterator.from({ next() { it.next(); return { done: false, value: 1 }; } }).map((x) => x); it.next(); } catch (error) { third = error.name; }
        return [first, second, third];
      }`,
      output: ["TypeError", "TypeError", "TypeError"],
    },
    "async generators settled in every wrong way": {
      code: `async () => {
        const all = [];
        async function* g() { try { yield { get then() { g2.return(); return undefined; } }; } finally { await null; } }
        const g2 = g();
        const calls = [g2.next(), g2.return({ then(r) { r(g2.next()); } }), g2.throw(new Error("t")), g2.next()];
        for (const c of calls) await c.then((v) => all.push(typeof v), () => all.push("rejected"));
        return all.length;
      }`,
      ends: "NEVER_SETTLED",
    },
    "accessors that rearrange the object they are on": {
      code: `() => {
        const o = {}; for (let i = 0; i < 100; i++) Object.defineProperty(o, "k" + i, { configurable: true, enumerable: true, get() { for (let j = 0; j < 100; j++) delete o["k" + j]; o["n" + i] = 1; return i; } });
        JSON.stringify(o); Object.assign({}, o); ({ ...o }); Object.entries(o); structuredClone(o);
        Object.defineProperties(o, { get a() { Object.preventExtensions(o); return { value: 1 }; } });
        return Object.keys(o).length < 200;
      }`,
      ends: ["TASK_FAILED"],
    },
    "numbers at the edge of 32 bits": {
      code: `() => {
        const tries = [() => new Array(2 ** 32 - 1).push(1, 2), () => "x".substring(-(2 ** 31), 2 ** 31), () => "abc".at(-(2 ** 53)), () => [1, 2].slice(-(2 ** 53), 2 ** 53), () => [1].fill(0, -(2 ** 31), 2 ** 31), () => [1, 2, 3].copyWithin(2 ** 31, -(2 ** 31)),
          () => BigInt.asIntN(2 ** 53 - 1, -1n), () => (1n << 31n) * (1n << 31n), () => Number.MIN_VALUE.toString(2).length, () => (2 ** 31) | 0, () => String.fromCodePoint(0x10ffff).length, () => "a".codePointAt(2 ** 32)];
        for (const use of tries) { try { use(); } catch {} }
        return "sound";
      }`,
      output: "sound",
    },
    "getters that run while the host reads": {
      code: `() => {
        const order = [];
        const options = { get method() { order.push("m"); return "POST"; }, get headers() { order.push("h"); fetch("http://service.test/inner").status; return {}; }, get body() { order.push("b"); return "x"; }, get signal() { return undefined; } };
        return [fetch("http://service.test/outer", options).status, order.length > 2];
      }`,
      output: [200, true],
    },
    "a fetch within a fetch's own conversion": {
      code: "() => fetch({ toString() { return 'http://service.test/' + fetch({ toString: () => 'http://service.test/' }).status; } }).body.url",
      output: "http://service.test/200",
    },
    "time measured finely": {
      code: "() => { const seen = new Set(); for (let i = 0; i < 2000; i++) seen.add(performance.now()); return [...seen].every((t) => Math.abs(t * 10 - Math.round(t * 10)) < 1e-6); }",
      output: true,
    },
    "what other executions left in memory": {
      code: `() => {
        const seen = new Set();
        for (let i = 0; i < 10; i++) { const bytes = new Uint8Array(new ArrayBuffer(100_000)); if (bytes.findLastIndex((byte) => byte !== 0) >= 0) seen.add("bytes"); i += 1; }
        for (const item of new Array(1000)) if (item !== undefined) seen.add("items");
        return [...seen];
      }`,
      output: [],
    },
  },
};
