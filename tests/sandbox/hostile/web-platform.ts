import zlib from "node:zlib";
import { jsonResponse } from "../../conformance/request.ts";
import { allEnd, type HostileClass } from "./program.ts";

const URL_ = "http://service.test/";
/** 64 MB of zeros in 64 kB. */
const BOMB = new Uint8Array(zlib.gzipSync(new Uint8Array(64 * 1024 * 1024)));
const FORM_PARTS = 200_000;

/** Streams, bodies and events that are used against the host. */
export const webPlatform: HostileClass = {
  title: "web platform",
  programs: {
    ...allEnd("TIME_LIMIT", {
      "a stream that never ends":
        "async () => { for await (const x of new ReadableStream({ pull(c) { c.enqueue(1); } })); }",
      "a pipe that never ends":
        "() => new ReadableStream({ pull(c) { c.enqueue(1); } }).pipeThrough(new TransformStream()).pipeTo(new WritableStream())",
      "a body that never ends": `() => new Response(new ReadableStream({ type: "bytes", pull(c) { c.enqueue(new Uint8Array(1)); } })).text()`,
      "a request body that never ends": `() => fetch("${URL_}", { method: "POST", duplex: "half", body: new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1)); } }) })`,
      "an iterator of headers that never ends":
        "() => { const h = new Headers({ a: '1' }); let i = 0; for (const [n] of h) h.append('b' + i++, n); }",
      "compression without an end": `async () => { const s = new CompressionStream("gzip"); const w = s.writable.getWriter(); void (async () => { for await (const x of s.readable); })(); for (;;) await w.write(new Uint8Array(65536)); }`,
      "two ports that never rest":
        "() => new Promise(() => { const { port1, port2 } = new MessageChannel(); port1.onmessage = () => port1.postMessage(1); port2.onmessage = () => port2.postMessage(1); port1.postMessage(1); })",
    }),
    ...allEnd("MEMORY_LIMIT", {
      "a Blob of 60 MB": "() => new Blob(Array.from({ length: 60 }, () => new Uint8Array(1e6))).size",
      "a Blob of a Blob": "() => { let b = new Blob(['x'.repeat(1000)]); for (;;) b = new Blob([b, b]); }",
      "a form of many files": `() => { const f = new FormData(); for (let i = 0; ; i++) f.append("n" + i, new Blob(["x".repeat(1000)])); }`,
      "streams that nobody reads":
        "() => { const all = []; for (;;) all.push(new ReadableStream({ start(c) { c.enqueue(new Uint8Array(1000)); } })); }",
      "tees of tees": `async () => { let s = new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(100000)); } }); const kept = []; for (;;) { const [a, b] = s.tee(); kept.push(b); s = a; await b.getReader().read(); } }`,
      "many compressions that are never finished": `async () => { const all = []; for (;;) { const s = new CompressionStream("gzip"); all.push(s); void s.writable.getWriter().write(new Uint8Array(1)); void s.readable.getReader().read(); await new Promise((resolve) => setTimeout(resolve)); } }`,
      "listeners without end":
        "() => { const t = new EventTarget(); const all = []; for (;;) { const f = () => {}; all.push(f); if (all.length < 2000) t.addEventListener('x', f); } }",
      marks:
        "() => { for (let i = 0; ; i++) { const all = (globalThis.all ??= []); all.push(new PerformanceMark('x'.repeat(100) + i)); } }",
    }),
    "a small body that becomes a large one": {
      code: `async () => { const r = await fetch("${URL_}"); return (await new Response(r.body.pipeThrough(new DecompressionStream("gzip"))).bytes()).length; }`,
      http: async () => jsonResponse(null, { body: BOMB }),
      ends: "MEMORY_LIMIT",
    },
    "a large body that is only looked at in pieces": {
      code: `async () => { let n = 0; const s = new DecompressionStream("gzip"); const w = s.writable.getWriter(); void w.write((await (await fetch("${URL_}")).bytes()).slice(0, 2000)).catch(() => {}); const r = s.readable.getReader(); n += (await r.read()).value.length; await r.cancel(); return n > 0; }`,
      http: async () => jsonResponse(null, { body: BOMB }),
      output: true,
    },
    "a form with very many parts": {
      code: `async () => [...await (await fetch("${URL_}")).formData()].length`,
      http: async () =>
        jsonResponse(null, {
          body: new TextEncoder().encode(
            `${'--x\r\ncontent-disposition: form-data; name="a"\r\n\r\n\r\n'.repeat(FORM_PARTS)}--x--`,
          ),
          headers: [["content-type", "multipart/form-data; boundary=x"]],
        }),
      ends: ["MEMORY_LIMIT", "TIME_LIMIT"],
    },
    "proxies in place of options": {
      code: `() => { const log = []; const spy = new Proxy({}, { get(t, k) { log.push(String(k)); return undefined; } });
        const results = [() => new Blob([], spy).size, () => new File([], "x", spy).size, () => new Request("${URL_}", spy).method, () => new Response(null, spy).status, () => new Event("x", spy).type, () => new CustomEvent("x", spy).detail, () => new ReadableStream(spy, spy).locked, () => new TextDecoderStream("utf8", spy).fatal, () => performance.mark("x", spy).name]
          .map((work) => { try { return work(); } catch (error) { return error.name; } });
        return [results, log.length < 100]; }`,
      output: [[0, 0, "GET", 200, "x", null, false, false, "x"], true],
    },
    "a part of the API that loads among changed built-ins": {
      code: `async () => {
        Array.prototype.map = () => { throw new Error("mine"); }; Object.defineProperty = () => { throw new Error("mine"); };
        const seen = []; Function.prototype.call = function () { seen.push(this); throw new Error("mine"); };
        const outcomes = [];
        for (const name of ["ReadableStream", "Blob", "MessageChannel", "URLPattern"]) { try { outcomes.push(typeof globalThis[name]); } catch { outcomes.push("threw"); } }
        return outcomes.every((one) => one === "function" || one === "threw");
      }`,
      output: true,
    },
    "the host's function by a part that loads": {
      code: `() => {
        const found = []; const apply = Function.prototype.apply; 
        for (const name of ["call", "apply", "bind"]) { const original = Function.prototype[name]; Function.prototype[name] = function (...values) { found.push(this, ...values); return Reflect.apply(original, this, values); }; }
        Reflect.defineProperty(Object.prototype, "host", { set(value) { found.push(value); }, configurable: true });
        Reflect.defineProperty(Object.prototype, "usePart", { set(value) { found.push(value); }, configurable: true });
        try { new Response(new Blob(["x"])).body; new URLPattern({}); new MessageChannel(); performance.mark("x"); } catch {}
        return found.filter((value) => typeof value === "function" && value.name === "__ratchetHost").length;
      }`,
      output: 0,
    },
  },
};
