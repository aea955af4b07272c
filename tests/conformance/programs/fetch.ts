import type { HttpSend } from "../../../src/domain/http.ts";
import type { ProgramGroup } from "../program.ts";
import { answers, jsonResponse, silent } from "../request.ts";

const URL_ = "http://service.test/";

/** Both styles of fetch, and what is sent. */
export const fetching: ProgramGroup = {
  title: "fetch",
  programs: [
    {
      name: "standard style",
      code: `async () => {
        const r = await fetch("${URL_}a", { method: "POST", body: "x" });
        const data = await r.json();
        return [r.ok, r.status, r.statusText, r.url, r.redirected, data.method, data.body, r instanceof Response, r.type];
      }`,
      output: [true, 200, "OK", `${URL_}a`, false, "POST", "x", true, "basic"],
    },
    {
      name: "synchronous style",
      code: `() => {
        const r = fetch("${URL_}", { method: "POST" }, { key: "v" });
        return [r.ok, r.status, r.statusText, r.headers.get("Content-Type"), r.headers["content-type"], r.body.body];
      }`,
      output: [true, 200, "OK", "application/json", "application/json", '{"key":"v"}'],
    },
    {
      name: "synchronous style after an await, in a timer and in a promise's callback",
      code: `async () => {
        await null;
        const first = fetch("${URL_}1").status;
        const second = await new Promise((resolve) => setTimeout(() => resolve(fetch("${URL_}2").status), 1));
        const third = await Promise.resolve().then(() => fetch("${URL_}3").status);
        return [first, second, third];
      }`,
      output: [200, 200, 200],
      sends: [{ url: `${URL_}1` }, { url: `${URL_}2` }, { url: `${URL_}3` }],
    },
    {
      name: "synchronous style in a getter, a sort, a replace and a constructor",
      code: `() => {
        const status = () => fetch("${URL_}").status;
        const holder = { get status() { return status(); } };
        const sorted = [2, 1].sort((a, b) => (status() === 200 ? a - b : 0));
        const replaced = "a".replace(/a/, () => String(status()));
        class Made { made = status(); }
        return [holder.status, sorted, replaced, new Made().made, JSON.stringify({ toJSON: status })];
      }`,
      output: [200, [1, 2], "200", 200, "200"],
    },
    {
      name: "both styles on one object",
      code: `async () => { const r = fetch("${URL_}"); const status = r.status; const same = await r; return [status, same.status, r.ok]; }`,
      output: [200, 200, true],
      sends: [{}],
    },
    {
      name: "calls are sent when they are made, in call order",
      code: `async () => {
        const calls = ["a", "b", "c"].map((path) => fetch("${URL_}" + path));
        const late = fetch("${URL_}d").status;
        const all = await Promise.all(calls);
        return all.map((r) => r.url.at(-1));
      }`,
      output: ["a", "b", "c"],
      sends: [{ url: `${URL_}a` }, { url: `${URL_}b` }, { url: `${URL_}c` }, { url: `${URL_}d` }],
    },
    {
      name: "parallel calls really are",
      code: `async () => (await Promise.all([1, 2, 3, 4].map((n) => fetch("${URL_}" + n).then((r) => r.json())))).length`,
      http: allAtOnce(4),
      output: 4,
    },
    {
      name: "race and allSettled take fetches",
      code: `async () => [(await Promise.race([fetch("${URL_}")])).status, (await Promise.allSettled([fetch("${URL_}")]))[0].status,
        fetch("${URL_}") instanceof Promise]`,
      output: [200, "fulfilled", true],
    },
    {
      name: "finally and catch",
      code: `async () => { let done = 0; await fetch("${URL_}").catch(() => 0).finally(() => { done = 1; }); return done; }`,
      output: 1,
    },
    {
      name: "headers of every form are sent",
      code: `() => {
        for (const headers of [{ "X-A": 1 }, [["x-a", "1"]], new Headers({ "X-a": "1" }), new Map([["x-a", "1"]])]) {
          fetch("${URL_}", { headers });
        }
      }`,
      output: null,
      sends: Array.from({ length: 4 }, () => ({ headers: { "x-a": "1" } })),
    },
    {
      name: "a header value with a line break is refused",
      code: `() => { try { fetch("${URL_}", { headers: { a: "b\\r\\nc: d" } }).ok; } catch (error) { return [error.name, error.message]; } }`,
      output: ["TypeError", "a header value can't contain a line break"],
      sends: [],
    },
    {
      name: "body: text",
      code: `() => fetch("${URL_}", { method: "PUT" }, "häl\\ud800lo").body`,
      output: {
        method: "PUT",
        url: URL_,
        headers: { "content-type": "text/plain;charset=UTF-8" },
        body: "häl\ufffdlo",
        redirect: "follow",
        timeoutMs: null,
      },
    },
    {
      name: "body: JSON of objects, arrays, numbers, booleans; without a method it is a POST",
      code: `() => [{ a: 1 }, [1], 7, false].map((body) => { const { headers, method, body: sent } = fetch("${URL_}", {}, body).body; return [method, headers["content-type"], sent]; })`,
      output: ['{"a":1}', "[1]", "7", "false"].map((body) => ["POST", "application/json", body]),
    },
    {
      name: "body: a form",
      code: `() => [
        fetch("${URL_}", { method: "POST", body: new URLSearchParams({ a: "1 2", b: "ü" }) }),
        fetch("${URL_}", { headers: { "content-type": "application/x-www-form-urlencoded" } }, { a: "1 2", b: "ü" }),
      ].map((r) => [r.body.headers["content-type"].slice(0, 33), r.body.body])`,
      output: [
        ["application/x-www-form-urlencoded", "a=1+2&b=%C3%BC"],
        ["application/x-www-form-urlencoded", "a=1+2&b=%C3%BC"],
      ],
    },
    {
      name: "body: bytes, a view of them, a buffer",
      code: `() => {
        const bytes = new Uint8Array([120, 65, 66, 120]);
        return [bytes, bytes.subarray(1, 3), bytes.buffer, new DataView(bytes.buffer, 1, 2), new Uint16Array(bytes.buffer)]
          .map((body) => fetch("${URL_}", { method: "POST", body }).body.body);
      }`,
      output: ["xABx", "AB", "xABx", "AB", "xABx"],
    },
    {
      name: "a body is sent as it was when the call was made",
      code: `async () => { const bytes = new Uint8Array([65]); const r = fetch("${URL_}", { method: "POST", body: bytes }); bytes[0] = 66; return (await (await r).json()).body; }`,
      output: "A",
    },
    {
      name: "GET with a body, a wrong method and a wrong URL are refused",
      code: `() => [[{ method: "GET" }, "x"], [{ method: "GE T" }], [{ method: "CONNECT" }]].map(([options, body]) => {
        try { fetch("${URL_}", options, body).ok; return "sent"; } catch (error) { return error.name; }
      }).concat(["", "no url", "http://"].map((url) => { try { fetch(url).ok; return "sent"; } catch (error) { return error.name; } }))`,
      output: ["TypeError", "TypeError", "TypeError", "TypeError", "TypeError", "TypeError"],
      sends: [],
    },
    {
      name: "what is wrong with a call rejects its promise and is never thrown",
      code: `async () => {
        const wrong = [
          ["no url"], ["${URL_}", { method: "GE T" }], ["${URL_}", { signal: 1 }], ["${URL_}", { redirect: "bogus" }],
          ["${URL_}", { credentials: "all" }], ["${URL_}", { timeout: "5s" }], ["${URL_}", { integrity: "sha256-x" }],
          ["${URL_}", { headers: { "a b": "c" } }], ["${URL_}", 5], [Symbol("url")], ["${URL_}", { get method() { throw new TypeError("own"); } }],
        ];
        const results = await Promise.allSettled(wrong.map((args) => fetch(...args)));
        return results.map(({ status, reason }) => status === "rejected" && reason instanceof TypeError);
      }`,
      output: Array.from({ length: 11 }, () => true),
      sends: [],
    },
    {
      name: "one bad URL among many leaves the others alone",
      code: `async () => {
        const results = await Promise.allSettled(["${URL_}a", "not a url", "${URL_}b"].map((url) => fetch(url)));
        return results.map(({ status }) => status);
      }`,
      output: ["fulfilled", "rejected", "fulfilled"],
    },
    {
      name: "a call that could not be sent and that nobody looks at fails the task",
      code: `() => { fetch("not a url"); return 1; }`,
      fails: "TASK_FAILED",
      message: /Invalid URL: "not a url"/,
    },
    {
      name: "a body without a method is refused in the standard's form",
      code: `async () => {
        const results = [];
        for (const options of [{ body: "x" }, { body: { a: 1 } }, { method: undefined, body: "x" }, { method: "HEAD", body: "x" }]) {
          try { await fetch("${URL_}", options); results.push("sent"); } catch (error) { results.push([error.constructor === TypeError, error.message]); }
        }
        return results;
      }`,
      output: [
        [true, 'a GET request can\'t have a body, so set a method, such as { method: "POST", body }'],
        [true, 'a GET request can\'t have a body, so set a method, such as { method: "POST", body }'],
        [true, 'a GET request can\'t have a body, so set a method, such as { method: "POST", body }'],
        [true, "a HEAD request can't have a body"],
      ],
      sends: [],
    },
    {
      name: "the options of browsers are taken and change nothing",
      code: `async () => (await fetch("${URL_}", { mode: "cors", credentials: "include", cache: "no-store", priority: "high", integrity: "", keepalive: true, referrer: "" })).status`,
      output: 200,
    },
    {
      name: "a URL object, and methods in lower case",
      code: `() => fetch(new URL("/b?c=d#e", "${URL_}"), { method: "patch" }, "").body.method`,
      output: "PATCH",
      sends: [{ url: `${URL_}b?c=d#e`, method: "PATCH" }],
    },
    {
      name: "redirect and timeout reach the client",
      code: `() => { fetch("${URL_}", { redirect: "manual", timeout: 250 }); fetch("${URL_}", { redirect: "error" }); fetch("${URL_}"); }`,
      output: null,
      sends: [
        { redirect: "manual", timeoutMs: 250 },
        { redirect: "error", timeoutMs: null },
        { redirect: "follow", timeoutMs: null },
      ],
    },
    {
      name: "body of a JSON response is parsed, of another is text, of broken JSON is text",
      code: `() => [fetch("${URL_}1").body, fetch("${URL_}2").body, fetch("${URL_}3").body, fetch("${URL_}4").body]`,
      http: async (request) => {
        const type = {
          1: "application/json",
          2: "text/plain",
          3: "application/json; charset=utf-8",
          4: "application/problem+json",
        };
        const texts = { 1: '{"a":[1]}', 2: '{"a":1}', 3: "{", 4: "null" };
        const which = Number(request.url.at(-1)) as 1 | 2 | 3 | 4;
        return jsonResponse(null, {
          headers: [["content-type", type[which]]],
          body: new TextEncoder().encode(texts[which]),
        });
      },
      output: [{ a: [1] }, '{"a":1}', "{", null],
    },
    {
      name: "text is UTF-8 without its mark, malformed bytes replaced; bytes are as they came",
      code: `async () => {
        const r = await fetch("${URL_}");
        const [one, other] = [r.clone(), r.clone()];
        return [await r.text(), [...await one.bytes()], new Uint8Array(await other.arrayBuffer()).length];
      }`,
      http: async () => jsonResponse(null, { body: Uint8Array.from([0xef, 0xbb, 0xbf, 0x41, 0xff, 0xc3, 0xbc]) }),
      output: ["A\ufffdü", [0xef, 0xbb, 0xbf, 0x41, 0xff, 0xc3, 0xbc], 7],
    },
    {
      name: "json() of something else rejects",
      code: `async () => { try { await (await fetch("${URL_}")).json(); } catch (error) { return error.name; } }`,
      http: answers(200, [], "<html>"),
      output: "SyntaxError",
    },
    {
      name: "headers of a response",
      code: `() => {
        const { headers } = fetch("${URL_}");
        return [headers.get("ETAG"), headers.etag, headers.get("none"), headers.get("x"), headers.getSetCookie(), [...headers.keys()], typeof headers.get];
      }`,
      http: answers(200, [
        ["ETag", '"1"'],
        ["X", "a"],
        ["x", "b"],
        ["Set-Cookie", "a=1"],
        ["set-cookie", "b=2"],
        ["get", "odd"],
      ]),
      output: [
        '"1"',
        '"1"',
        null,
        "a, b",
        ["a=1", "b=2"],
        ["etag", "get", "set-cookie", "set-cookie", "x"],
        "function",
      ],
    },
    {
      name: "a response can be the output",
      code: `() => fetch("${URL_}")`,
      http: answers(201, [["content-type", "application/json"]], '{"a":1}'),
      output: {
        status: 201,
        statusText: "",
        ok: true,
        url: URL_,
        headers: { "content-type": "application/json" },
        body: { a: 1 },
      },
    },
    {
      name: "an abort rejects and reaches the client",
      code: `async () => {
        const controller = new AbortController();
        const call = fetch("${URL_}", { signal: controller.signal });
        setTimeout(() => controller.abort(new Error("enough")), 5);
        try { await call; } catch (error) { return [error.message, controller.signal.aborted]; }
      }`,
      http: silent,
      output: ["enough", true],
    },
    {
      name: "a signal that is aborted already sends nothing",
      code: `async () => { try { await fetch("${URL_}", { signal: AbortSignal.abort() }); } catch (error) { return error.name; } }`,
      output: "AbortError",
      sends: [],
    },
    {
      name: "AbortSignal.timeout ends a call",
      code: `async () => { try { await fetch("${URL_}", { signal: AbortSignal.timeout(5) }); } catch (error) { return error.name; } }`,
      http: silent,
      output: "TimeoutError",
    },
    {
      name: "an aborted call nobody looks at is no failure",
      code: `() => { const c = new AbortController(); fetch("${URL_}", { signal: c.signal }); c.abort(); return 1; }`,
      http: silent,
      output: 1,
    },
    {
      name: "an awaited response is read once, its clone as well, and the synchronous style any number of times",
      code: `async () => {
        const call = fetch("${URL_}");
        const r = await call;
        const c = r.clone();
        const read = [r.bodyUsed, (await r.json()).method, r.bodyUsed, c.bodyUsed, (await c.json()).method];
        const again = await r.json().catch((error) => error.name);
        return [...read, again, call.body.method, (await call.json()).method, (await call.json()).method];
      }`,
      output: [false, "GET", true, false, "GET", "TypeError", "GET", "GET", "GET"],
    },
  ],
};

/** Answers no call before `count` of them have been sent. */
function allAtOnce(count: number): HttpSend {
  let waiting: (() => void)[] = [];
  return (request) =>
    new Promise((resolve) => {
      waiting.push(() => resolve(jsonResponse({ url: request.url })));
      if (waiting.length < count) return;
      for (const answer of waiting) answer();
      waiting = [];
    });
}
