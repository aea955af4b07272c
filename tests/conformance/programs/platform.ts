import type { ProgramGroup } from "../program.ts";

const PRELUDE = `
  const tried = (work) => { try { return work(); } catch (error) { return error?.name ?? error; } };
  const turn = () => new Promise((resolve) => setTimeout(resolve, 5));
`;

/** The smaller interfaces of the platform. */
export const platform: ProgramGroup = {
  title: "platform",
  programs: [
    {
      name: "members of interfaces are enumerable, and have the lengths that the standards give them",
      code: `() => [Headers, URLSearchParams, Event, EventTarget, AbortSignal, AbortController, TextEncoder, TextDecoder, URL, Response, Request, Blob, File, FormData, CustomEvent, MessagePort, PerformanceMark, TextDecoderStream, CompressionStream].map((made) => {
        const own = Object.getOwnPropertyDescriptors(made.prototype);
        const hidden = Object.keys(own).filter((name) => name !== "constructor" && name !== "toJSON" && !own[name].enumerable);
        return [made.name, made.length, made.prototype[Symbol.toStringTag] === made.name, hidden.length];
      }).filter(([name, length, tagged, hidden]) => !tagged || hidden > 0).concat([[Headers.length, Blob.length, File.length, Response.length, Request.length, Event.length, Headers.prototype.append.length, Headers.prototype.forEach.length, URLSearchParams.prototype.has.length, FormData.prototype.set.length, EventTarget.prototype.addEventListener.length, Blob.prototype.slice.length, TextDecoder.length, TextDecoder.prototype.decode.length, URL.length]])`,
      output: [[0, 0, 2, 0, 1, 1, 2, 1, 1, 2, 2, 0, 0, 0, 1]],
    },
    {
      name: "iterators of pairs are the platform's",
      code: `() => [new Headers({ a: "1" }), new URLSearchParams("a=1"), (() => { const data = new FormData(); data.append("a", "1"); return data; })()].map((pairs) => {
        const iterator = pairs.entries();
        const own = Object.getPrototypeOf(iterator);
        return [String(iterator), Object.getPrototypeOf(own) === Object.getPrototypeOf(Object.getPrototypeOf([].values())), own.next.length, pairs[Symbol.iterator] === pairs.entries, [...pairs], [...pairs.values()]];
      })`,
      output: ["Headers", "URLSearchParams", "FormData"].map((name) => [
        `[object ${name} Iterator]`,
        true,
        0,
        true,
        [["a", "1"]],
        ["1"],
      ]),
    },
    {
      name: "iterations see changes",
      code: `() => {
        const params = new URLSearchParams("a=1&b=2&c=3"); const seen = [];
        for (const [name] of params) { seen.push(name); if (name === "a") params.delete("b"); }
        const headers = new Headers({ a: "1" }); for (const [name] of headers) { seen.push(name); if (name === "a") headers.append("b", "2"); }
        return seen;
      }`,
      output: ["a", "c", "a", "b"],
    },
    {
      name: "Headers: conversions in the order of the standard",
      code: `${PRELUDE} () => {
        const log = [];
        const record = new Proxy({ a: "1", b: "2" }, { get: (t, k) => (log.push("get " + String(k)), t[k]), ownKeys: (t) => (log.push("keys"), Reflect.ownKeys(t)), getOwnPropertyDescriptor: (t, k) => (log.push("own " + k), Reflect.getOwnPropertyDescriptor(t, k)) });
        new Headers(record);
        return [log, tried(() => new Headers(null)), tried(() => new Headers(5)), tried(() => new Headers([["a"]])), tried(() => new Headers({ "\\u0100": "x" })), tried(() => new Headers({ [Symbol("s")]: "x" })), tried(() => new Headers().append("a")), tried(() => new Headers().forEach()), [...new Headers([["set-cookie", "a"], ["b", "1"], ["Set-Cookie", "b"]])]];
      }`,
      output: [
        ["get Symbol(Symbol.iterator)", "keys", "own a", "get a", "own b", "get b"],
        ...Array.from({ length: 7 }, () => "TypeError"),
        [
          ["b", "1"],
          ["set-cookie", "a"],
          ["set-cookie", "b"],
        ],
      ],
    },
    {
      name: "URLSearchParams: conversions",
      code: `${PRELUDE} () => [new URLSearchParams(undefined), new URLSearchParams(null), new URLSearchParams({ "a\\ud800": "1", "a\\udc00": "2" }), new URLSearchParams(DOMException).get("INDEX_SIZE_ERR"), new URLSearchParams("a=b").has("a", undefined), new URLSearchParams("a=b").has("a", "c"), tried(() => new URLSearchParams([[1, 2, 3]])), tried(() => new URLSearchParams().get()), tried(() => new URLSearchParams(Symbol()))].map(String)`,
      output: ["", "null=", "a%EF%BF%BD=2", "1", "true", "false", "TypeError", "TypeError", "TypeError"],
    },
    {
      name: "events: what they say and how they are stopped",
      code: `${PRELUDE} () => {
        const target = new EventTarget(); const seen = [];
        const event = new Event("x", { cancelable: true, bubbles: true, composed: true });
        target.addEventListener("x", function (e) { seen.push(this === target, e.eventPhase, e.composedPath()[0] === target, e.currentTarget === target, e.srcElement === target, tried(() => target.dispatchEvent(e))); e.returnValue = false; e.cancelBubble = true; });
        target.addEventListener("x", (e) => { seen.push("passive"); e.preventDefault(); }, { passive: true });
        const done = target.dispatchEvent(event);
        return [seen, done, event.defaultPrevented, event.eventPhase, event.currentTarget, event.composedPath(), event.isTrusted, event.timeStamp >= 0, event.composed, Event.BUBBLING_PHASE, event.AT_TARGET,
          tried(() => new Event()), tried(() => target.dispatchEvent({})), tried(() => target.addEventListener("x")), tried(() => target.addEventListener("x", 1)), tried(() => target.addEventListener("x", null))];
      }`,
      output: [
        [true, 2, true, true, true, "InvalidStateError", "passive"],
        ...[false, true, 0, null, [], false, true, true, 3, 2],
        ...["TypeError", "TypeError", "TypeError", "TypeError"],
        null,
      ].map((value) => value),
    },
    {
      name: "abort signals: reasons, order, and signals that depend on others",
      code: `${PRELUDE} () => {
        const controller = new AbortController(); const { signal } = controller; const seen = [];
        signal.onabort = (event) => seen.push(event.type, event.isTrusted, combined.aborted);
        const combined = AbortSignal.any([signal, AbortSignal.any([signal])]);
        combined.addEventListener("abort", () => seen.push("combined"));
        controller.abort(); controller.abort("again");
        const { reason } = signal;
        return [seen, reason.name, reason === combined.reason, AbortSignal.abort("r").reason, AbortSignal.any([AbortSignal.abort(1)]).reason, AbortSignal.any([]).aborted, tried(() => signal.throwIfAborted()), tried(() => new AbortSignal()), tried(() => AbortSignal.any([{}])), tried(() => AbortSignal.timeout(-1)), tried(() => AbortSignal.timeout()), controller.signal === signal, String(signal)];
      }`,
      output: [
        ["abort", true, true, "combined"],
        ...["AbortError", true, "r", 1, false, "AbortError", "TypeError", "TypeError", "TypeError", "TypeError", true],
        "[object AbortSignal]",
      ],
    },
    {
      name: "AbortSignal.timeout",
      code: `async () => { const signal = AbortSignal.timeout(1); await new Promise((resolve) => signal.addEventListener("abort", resolve)); return [signal.aborted, signal.reason.name]; }`,
      output: [true, "TimeoutError"],
    },
    {
      name: "events with more to say",
      code: `${PRELUDE} () => {
        const custom = new CustomEvent("x", { detail: { a: 1 } }); const error = new ErrorEvent("error", { message: "m", lineno: 3, error: 5 });
        return [custom.detail, new CustomEvent("x").detail, custom instanceof Event, [error.message, error.lineno, error.error, error.filename], new MessageEvent("message", { data: 1, ports: [] }).data, new CloseEvent("close", { code: 1000, wasClean: true }).code, tried(() => new PromiseRejectionEvent("x")), new PromiseRejectionEvent("x", { promise: Promise.resolve(), reason: 2 }).reason];
      }`,
      output: [{ a: 1 }, null, true, ["m", 3, 5, ""], 1, 1000, "TypeError", 2],
    },
    {
      name: "message channels",
      code: `${PRELUDE} async () => {
        const { port1, port2 } = new MessageChannel(); const seen = []; const sent = { list: [1], when: new Date(5) };
        port1.postMessage(sent); sent.list.push(2); port1.postMessage("two");
        await turn(); seen.push("not started");
        port2.onmessage = (event) => seen.push(event.data, event instanceof MessageEvent, event.isTrusted);
        await turn(); await turn();
        const buffer = new ArrayBuffer(4); port2.postMessage(buffer, [buffer]); seen.push(buffer.detached);
        port2.close(); port1.onmessage = () => seen.push("after close"); port2.postMessage("x"); await turn();
        return [seen.map((item) => (item?.when instanceof Date ? [item.list, +item.when] : item)), tried(() => port1.postMessage(() => 1)), tried(() => new MessagePort()), tried(() => port1.postMessage())];
      }`,
      output: [
        ["not started", [[1], 5], true, true, "two", true, true, true, "after close"],
        ...["DataCloneError", "TypeError", "TypeError"],
      ],
    },
    {
      name: "performance: marks and measures",
      code: `${PRELUDE} () => {
        const at = performance.mark("a", { startTime: 10, detail: { q: [1] } }); performance.mark("b", { startTime: 25 });
        const measure = performance.measure("m", "a", "b"); const other = performance.measure("n", { start: 5, duration: 2, detail: 1 });
        const listed = [performance.getEntries().map((entry) => entry.name), performance.getEntriesByType("mark").length, performance.getEntriesByName("m").length];
        performance.clearMarks("a"); performance.clearMeasures();
        return [at.detail, measure.duration, [other.startTime, other.duration, other.detail], listed, performance.getEntries().map((entry) => entry.name), Math.abs(performance.timeOrigin + performance.now() - Date.now()) < 1000, Object.keys(performance.toJSON()),
          tried(() => performance.measure("x", "none")), tried(() => performance.measure("x", { start: 1, end: 2, duration: 3 })), tried(() => new PerformanceMark()), tried(() => performance.mark("x", { startTime: -1 })), measure instanceof PerformanceMeasure, at instanceof PerformanceEntry];
      }`,
      output: [
        ...[{ q: [1] }, 15, [5, 2, 1]],
        [["n", "a", "m", "b"], 2, 1],
        ...[["b"], true, ["timeOrigin"], "SyntaxError", "TypeError", "TypeError", "TypeError", true, true],
      ],
    },
    {
      name: "small globals",
      code: `async () => [self === globalThis, navigator.userAgent, Object.isFrozen(navigator), await new Promise((resolve) => setImmediate((a, b) => resolve([a, b]), 1, 2)), await new Promise((resolve) => queueMicrotask(resolve)), (() => { clearImmediate(setImmediate(() => { throw new Error("ran"); })); return "cleared"; })(), Object.prototype.toString.call(new DOMException("m", "DataCloneError")), structuredClone(new DOMException("m", "AbortError")).code]`,
      output: [true, "Ratchet", true, [1, 2], null, "cleared", "[object DOMException]", 20],
    },
    {
      name: "a reported error fails the task",
      code: `() => { reportError(new RangeError("reported")); return 1; }`,
      fails: "TASK_FAILED",
      message: /reported/,
    },
    {
      name: "URLPattern",
      code: `() => {
        const pattern = new URLPattern({ pathname: "/users/:id(\\\\d+)", search: "*" });
        return [pattern.test("http://a.test/users/5?x"), pattern.test("http://a.test/users/x"), pattern.exec("http://a.test/users/7").pathname.groups.id, pattern.pathname, new URLPattern("/a/*", "http://b.test").test("http://b.test/a/c"), String(pattern)];
      }`,
      output: [true, false, "7", "/users/:id(\\d+)", true, "[object URLPattern]"],
    },
    {
      name: "objects of the platform can't be cloned, except those that can",
      code: `${PRELUDE} async () => [...[new Headers(), new URL("http://a.test"), new Response(), new Event("x"), new AbortController().signal, new FormData(), new Request("http://a.test"), new EventTarget()].map((value) => tried(() => structuredClone(value))), await structuredClone(new Blob(["x"])).text()]`,
      output: [...Array.from({ length: 8 }, () => "DataCloneError"), "x"],
    },
    {
      name: "a global of the platform can be replaced before it was used",
      code: `ReadableStream = "mine"; globalThis.Blob = 5; () => [ReadableStream, Blob, typeof WritableStream, Object.getOwnPropertyDescriptor(globalThis, "Blob").enumerable]`,
      output: ["mine", 5, "function", false],
    },
    {
      name: "the text encoder writes whole characters into what there is",
      code: `${PRELUDE} () => { const into = (text, size) => { const target = new Uint8Array(size); const { read, written } = new TextEncoder().encodeInto(text, target); return [read, written, ...target]; };
        return [into("a\\u20ac\\u{1f600}", 5), into("\\u{1f600}b", 4), into("\\u{1f600}", 3), into("\\ud800", 3), into("abc", 0), tried(() => new TextEncoder().encodeInto("a", [])), tried(() => new TextEncoder().encodeInto("a"))]; }`,
      output: [
        [2, 4, 97, 226, 130, 172, 0],
        [2, 4, 240, 159, 152, 128],
        [0, 0, 0, 0, 0],
        [1, 3, 239, 191, 189],
        [0, 0],
        ...["TypeError", "TypeError"],
      ],
    },
  ],
};
