import type { ProgramGroup } from "../program.ts";
import { answers, jsonResponse } from "../request.ts";

const URL_ = "http://service.test/";
const PRELUDE = `
  const tried = async (work) => { try { return await work(); } catch (error) { return error?.name ?? error; } };
  const all = async (stream) => { const list = []; for await (const chunk of stream) list.push(chunk); return list; };
`;

/** Bodies by their standards: https://fetch.spec.whatwg.org, https://w3c.github.io/FileAPI and https://xhr.spec.whatwg.org/#interface-formdata */
export const bodies: ProgramGroup = {
  title: "bodies",
  programs: [
    {
      name: "the lines in the head of a form's part end with both characters",
      code: `async () => {
        const read = (end) => new Response("--x\\r\\nContent-Disposition: form-data; name=\\"a\\"\\r\\nX: y" + end + "\\r\\n1\\r\\n--x--", { headers: { "content-type": "multipart/form-data; boundary=x" } }).formData().then((data) => data.get("a"), (error) => error.name);
        return Promise.all(["\\r\\n", "\\n\\r\\n", "\\r\\r\\n", "\\n"].map(read));
      }`,
      output: ["1", "TypeError", "TypeError", "TypeError"],
    },
    {
      name: "a body that is a stream does not pass through a then of all objects",
      code: `async () => {
        const response = () => new Response(new ReadableStream({ start(controller) { controller.enqueue(new TextEncoder().encode("hello")); controller.close(); } }));
        const texts = [];
        for (const [body, value] of [[response(), { done: false, value: new Uint8Array(2) }], [response(), undefined], [new Response("hello"), 8.2]]) {
          Object.prototype.then = (resolve) => { delete Object.prototype.then; resolve(value); };
          texts.push(await body.text());
          delete Object.prototype.then;
        }
        return texts;
      }`,
      output: ["hello", "hello", "hello"],
    },
    {
      name: "Blob: parts, sizes, types and slices",
      code: `${PRELUDE} async () => {
        const blob = new Blob(["ab", Uint8Array.of(99), new Blob(["de"]), 5, new ArrayBuffer(1)], { type: "Text/PLAIN" });
        const part = blob.slice(1, -2, "x/Y");
        return [blob.size, blob.type, await blob.text(), part.size, part.type, await part.text(), (await blob.slice(-3).bytes()).length,
          new Blob(["a\\r\\nb\\rc\\n"], { endings: "native" }).size, new Blob([], { type: "\\u00e4" }).type, String(blob),
          await tried(() => new Blob("text")), await tried(() => new Blob([], { endings: "other" })), await tried(() => Blob([])), (await all(blob.stream())).length];
      }`,
      output: [
        ...[7, "text/plain", "abcde5\0", 4, "x/y", "bcde", 3, 6, "", "[object Blob]"],
        ...["TypeError", "TypeError", "TypeError", 1],
      ],
    },
    {
      name: "File",
      code: `${PRELUDE} async () => {
        const file = new File(["x"], "a/b.txt", { type: "text/x", lastModified: 5 });
        const before = Date.now();
        return [file.name, file.size, file.type, file.lastModified, file instanceof Blob, String(file), new File([], "n").lastModified >= before,
          await tried(() => new File([])), await tried(() => new File("x", "n")), structuredClone(file).name, structuredClone(file) instanceof File];
      }`,
      output: [
        ...["a/b.txt", 1, "text/x", 5, true, "[object File]", true],
        ...["TypeError", "TypeError", "a/b.txt", true],
      ],
    },
    {
      name: "FormData: entries in order, files keep their name and type",
      code: `${PRELUDE} async () => {
        const data = new FormData();
        data.append("a", 1); data.append("b", new Blob(["x"], { type: "t/u" })); data.append("a", "2");
        data.append("c", new File(["y"], "own.txt", { lastModified: 7 })); data.append("c", new File(["y"], "own.txt"), "given.txt");
        data.set("a", "only"); data.append("gone", ""); data.delete("gone");
        const shown = [...data].map(([name, value]) => [name, typeof value === "string" ? value : [value.constructor.name, value.name, value.type]]);
        const seen = []; data.forEach((value, name) => seen.push(name));
        return [shown, data.get("none"), data.getAll("c").length, data.has("b"), data.get("c").lastModified, seen, [...data.keys()].length, String(data),
          await tried(() => data.append("x")), await tried(() => data.append("x", "text", "name")), await tried(() => new FormData({}))];
      }`,
      output: [
        [
          ["a", "only"],
          ["b", ["File", "blob", "t/u"]],
          ["c", ["File", "own.txt", ""]],
          ["c", ["File", "given.txt", ""]],
        ],
        ...[null, 2, true, 7, ["a", "b", "c", "c"], 4, "[object FormData]"],
        ...["TypeError", "TypeError", "TypeError"],
      ],
    },
    {
      name: "a form is written and read as multipart/form-data",
      code: `${PRELUDE} async () => {
        const data = new FormData();
        data.append("a\\n\\"b", "1\\n2"); data.append("ü", "€"); data.append("f", new File([Uint8Array.of(0, 255, 13, 10)], "ü\\".bin", { type: "x/y" }));
        const response = new Response(data);
        const type = response.headers.get("content-type");
        const text = await response.clone().text();
        const boundary = type.split("boundary=")[1];
        const back = await response.formData();
        const file = back.get("f");
        return [/^multipart\\/form-data; boundary=----/.test(type), text.startsWith("--" + boundary + '\\r\\nContent-Disposition: form-data; name="a%0D%0A%22b"\\r\\n\\r\\n1\\r\\n2\\r\\n'), text.endsWith("--" + boundary + "--\\r\\n"),
          [...back.keys()], back.get("ü"), [file.name, file.type, [...await file.bytes()]], back.get("a\\r\\n\\"b")];
      }`,
      output: [true, true, true, ['a\r\n"b', "ü", "f"], "€", ['ü".bin', "x/y", [0, 255, 13, 10]], "1\r\n2"],
    },
    {
      name: "what is not a form is refused",
      code: `${PRELUDE} async () => {
        const read = (body, type) => tried(async () => [...await new Response(body, { headers: { "content-type": type } }).formData()]);
        const multipart = "multipart/form-data; boundary=x";
        return [await read("--x--\\r\\n", multipart), await read("", multipart), await read("--x\\r\\n", multipart), await read("--x\\r\\nContent-Type: a/b\\r\\n\\r\\ny\\r\\n--x--", multipart),
          await read('--x\\r\\nContent-Disposition: form-data; name="n"\\r\\n\\r\\ny', multipart), await read('--x\\r\\ncontent-disposition: FORM-DATA; name="n"\\r\\n\\r\\ny\\r\\n--x--', multipart),
          await read("a=1&b=%C3%BC&c", "application/x-www-form-urlencoded;charset=x"), await read("a=1", "text/plain"), await read("a=1", "multipart/form-data"), await read("a", "")];
      }`,
      output: [
        ...[[], "TypeError", "TypeError", "TypeError", "TypeError", [["n", "y"]]],
        ...[
          [
            ["a", "1"],
            ["b", "ü"],
            ["c", ""],
          ],
          "TypeError",
          "TypeError",
          "TypeError",
        ],
      ],
    },
    {
      name: "Response: what it is made of",
      code: `${PRELUDE} async () => {
        const type = (body) => new Response(body).headers.get("content-type")?.replace(/=-.*/, "=...") ?? null;
        const plain = new Response();
        return [[plain.status, plain.ok, plain.statusText, plain.type, plain.url, plain.redirected, plain.body, plain.bodyUsed],
          ["text", new URLSearchParams("a=b"), new Blob(["x"], { type: "a/b" }), new Blob(["x"]), new FormData(), Uint8Array.of(1), new ReadableStream(), { toString: () => "o" }].map(type),
          new Response("x", { status: 404, statusText: "No", headers: [["Content-Type", "own"]] }).headers.get("content-type"),
          await tried(() => new Response("x", { status: 204 })), await tried(() => new Response("x", { status: 199 })), await tried(() => new Response("x", { statusText: "\\n" })), new Response(null, { status: 204 }).status,
          await Response.json({ a: 1 }).text(), Response.json(1, { status: 201 }).status, Response.json(1).headers.get("content-type"), await tried(() => Response.json(undefined)), await tried(() => Response.json(1n)),
          [Response.error().type, Response.error().status, Response.redirect("http://a.test/b").status, Response.redirect("http://a.test/b", 308).headers.get("location")], await tried(() => Response.redirect("http://a.test", 200)), await tried(() => Response.redirect("no url")),
          await tried(() => Response.error().headers.append("a", "b")), String(plain)];
      }`,
      output: [
        [200, true, "", "default", "", false, null, false],
        [
          ...["text/plain;charset=UTF-8", "application/x-www-form-urlencoded;charset=UTF-8", "a/b", null],
          ...["multipart/form-data; boundary=...", null, null, "text/plain;charset=UTF-8"],
        ],
        "own",
        ...["TypeError", "RangeError", "TypeError", 204],
        ...['{"a":1}', 201, "application/json", "TypeError", "TypeError"],
        ["error", 0, 302, "http://a.test/b"],
        ...["RangeError", "TypeError", "TypeError", "[object Response]"],
      ],
    },
    {
      name: "a body is read once, in any form",
      code: `${PRELUDE} async () => {
        const made = () => new Response('{"a":"ü"}', { headers: { "content-type": "Application/X; q=1" } });
        const blob = await made().blob();
        const used = made(); await used.text();
        const locked = made(); const reader = locked.body.getReader();
        const half = made(); await half.body.getReader().read();
        return [await made().text(), await made().json(), (await made().bytes()).length, (await made().arrayBuffer()).byteLength, blob.type, (await all(made().body)).length,
          [used.bodyUsed, await tried(() => used.text()), await tried(() => used.clone()), used.body.locked], [locked.bodyUsed, await tried(() => locked.text()), await tried(() => locked.clone())], half.bodyUsed,
          await tried(() => new Response("x").json()), await tried(() => Response.prototype.text.call({})), await tried(() => new Response(new ReadableStream({ start(c) { c.enqueue("text"); c.close(); } })).text()),
          await new Response().text(), (await new Response().blob()).size];
      }`,
      output: [
        ...['{"a":"ü"}', { a: "ü" }, 10, 10, "application/x;q=1", 1],
        [true, "TypeError", "TypeError", true],
        [false, "TypeError", "TypeError"],
        ...[true, "SyntaxError", "TypeError", "TypeError", "", 0],
      ],
    },
    {
      name: "a mark at the beginning of a form is part of its first name",
      code: `async () => [...(await new Response(Uint8Array.of(0xef, 0xbb, 0xbf, 97), { headers: { "content-type": "application/x-www-form-urlencoded" } }).formData()).keys()]`,
      output: ["\ufeffa"],
    },
    {
      name: "clones share nothing but the content",
      code: `${PRELUDE} async () => {
        const one = new Response(ReadableStream.from([Uint8Array.of(65), Uint8Array.of(66)]), { headers: { a: "1" } });
        const other = one.clone();
        other.headers.set("a", "2");
        const chunk = { list: [1] };
        const left = new Response(ReadableStream.from([chunk]));
        const right = left.clone();
        const [first, second] = [(await all(left.body))[0], (await all(right.body))[0]];
        return [await one.text(), await other.text(), one.headers.get("a"), other.headers.get("a"), first === chunk, second === chunk, second];
      }`,
      output: ["AB", "AB", "1", "2", true, false, { list: [1] }],
    },
    {
      name: "Request: method, URL, headers, options",
      code: `${PRELUDE} async () => {
        const request = new Request("http://a.test/p?q#h", { method: "post", body: "x", headers: { b: "2" }, redirect: "manual", cache: "no-store" });
        const copy = new Request(request, { method: "PUT" });
        return [[request.method, request.url, [...request.headers], request.redirect, request.cache, request.mode, request.credentials, request.referrer, request.destination, request.integrity, request.keepalive, request.duplex],
          [copy.method, await copy.text(), request.bodyUsed, copy.cache], ["patch", "Get", "optIons", "x"].map((method) => new Request("http://a.test", { method }).method),
          await Promise.all([[{ body: "x" }], [{ method: "HEAD", body: "x" }], [{ method: "TRACE" }], [{ method: "a b" }], [{ mode: "navigate" }], [{ redirect: "x" }], [{ signal: {} }], [{ method: "POST", body: new ReadableStream() }], [{ cache: "only-if-cached" }], [{ window: 1 }]].map(([init]) => tried(() => new Request("http://a.test", init).url))),
          await tried(() => new Request("no url")), await tried(() => new Request("http://u:p@a.test")), await tried(() => new Request()), String(request)];
      }`,
      output: [
        [
          ...[
            "POST",
            "http://a.test/p?q#h",
            [
              ["b", "2"],
              ["content-type", "text/plain;charset=UTF-8"],
            ],
            "manual",
            "no-store",
          ],
          ...["cors", "same-origin", "about:client", "", "", false, "half"],
        ],
        ["PUT", "x", true, "no-store"],
        ["patch", "GET", "OPTIONS", "x"],
        Array.from({ length: 10 }, () => "TypeError"),
        ...["TypeError", "TypeError", "TypeError", "[object Request]"],
      ],
    },
    {
      name: 'a request with the mode "no-cors" has only headers that are safe',
      code: `() => {
        const { headers } = new Request("http://a.test", { mode: "no-cors", headers: { "x-a": "1", accept: "a/b", "content-type": "application/json" } });
        headers.append("accept", "s".repeat(127)); headers.append("content-language", "de"); headers.set("content-type", "text/plain;x=y"); headers.set("accept-language", "{"); headers.delete("x-b");
        return [...headers];
      }`,
      output: [
        ["accept", "a/b"],
        ["content-language", "de"],
        ["content-type", "text/plain;x=y"],
      ],
    },
    {
      name: "the signal of a request follows the one that was given",
      code: `async () => {
        const controller = new AbortController();
        const request = new Request("http://a.test", { signal: controller.signal });
        const clone = request.clone();
        const seen = [request.signal === controller.signal, request.signal.aborted];
        controller.abort("why");
        return [...seen, request.signal.aborted, request.signal.reason, clone.signal.reason];
      }`,
      output: [false, false, true, "why", "why"],
    },
    {
      name: "fetch sends a Request, and takes its body",
      code: `${PRELUDE} async () => {
        const request = new Request("${URL_}a", { method: "PUT", body: new URLSearchParams("q=1"), headers: { "x-a": "b" } });
        const echoed = await (await fetch(request)).json();
        return [echoed.method, echoed.body, echoed.headers["x-a"], echoed.headers["content-type"], request.bodyUsed, await tried(() => fetch(request))];
      }`,
      output: ["PUT", "q=1", "b", "application/x-www-form-urlencoded;charset=UTF-8", true, "TypeError"],
    },
    {
      name: "fetch sends Blobs, forms and streams",
      code: `${PRELUDE} async () => {
        const send = async (body, more) => { const { headers, body: sent } = await (await fetch("${URL_}", { method: "POST", body, ...more })).json(); return [headers["content-type"]?.slice(0, 30) ?? null, sent.length < 20 ? sent : sent.length > 100]; };
        const form = new FormData(); form.append("a", new Blob(["x"]));
        return [await send(new Blob(["blob"], { type: "a/b" })), await send(form), await send(ReadableStream.from([Uint8Array.of(65), Uint8Array.of(66)]), { duplex: "half" }), fetch("${URL_}", {}, new Blob(["three"])).body.body,
          await tried(() => fetch("${URL_}", { method: "POST", duplex: "half", body: new ReadableStream({ start(c) { c.error(new RangeError("broken")); } }) }))];
      }`,
      output: [["a/b", "blob"], ["multipart/form-data; boundary=", true], [null, "AB"], "three", "RangeError"],
    },
    {
      name: "the body of an awaited response is a stream of bytes, and its headers can't be changed",
      code: `${PRELUDE} async () => {
        const response = await fetch("${URL_}");
        const chunks = await all(response.body);
        const bytes = [...chunks[0]];
        return [chunks.every((chunk) => chunk instanceof Uint8Array), bytes, response.bodyUsed, await tried(() => response.headers.set("a", "b")), response.headers["x-a"] ?? null, response.body instanceof ReadableStream];
      }`,
      http: async () => jsonResponse(null, { body: Uint8Array.of(0xff, 0, 0xc3), headers: [["x-a", "1"]] }),
      output: [true, [255, 0, 195], true, "TypeError", null, true],
    },
    {
      name: "a form and a Blob of a response",
      code: `async () => {
        const call = fetch("${URL_}");
        const response = await call;
        const form = await response.clone().formData();
        const blob = await response.blob();
        return [[...form], blob.type, blob.size, (() => { try { return call.clone(); } catch (error) { return error.name; } })(), call.body];
      }`,
      http: answers(200, [["content-type", "application/x-www-form-urlencoded"]], "a=1&b=2"),
      output: [
        [
          ["a", "1"],
          ["b", "2"],
        ],
        "application/x-www-form-urlencoded",
        7,
        "TypeError",
        "a=1&b=2",
      ],
    },
    {
      name: "a status without a body has none",
      code: `async () => { const r = await fetch("${URL_}"); return [r.body, await r.text(), r.bodyUsed, r.status]; }`,
      http: answers(204, [], ""),
      output: [null, "", false, 204],
    },
  ],
};
