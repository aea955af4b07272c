import type { ProgramGroup } from "../program.ts";
import { silent } from "../request.ts";

const URL_ = "http://service.test/";
const PRELUDE = `
  const why = (work) => work.then((value) => ["resolved", value], (error) => error.message ?? error);
  const aborted = () => AbortSignal.abort("given up");
`;

/** What an aborted signal does to calls, bodies and streams. */
export const abortedFetches: ProgramGroup = {
  title: "aborted fetches",
  programs: [
    {
      name: "a call that can't be a request is a TypeError, also if its signal was aborted",
      code: `async () => {
        ${PRELUDE}
        const wrong = [["http://:no"], ["relative"], ["${URL_}", { method: "IN VALID" }], ["${URL_}", { method: "TRACE" }], ["${URL_}", { mode: "navigate" }],
          ["${URL_}", { mode: "no-cors", method: "PUT" }], ["${URL_}", { cache: "only-if-cached", mode: "cors" }], ["${URL_}", { window: "x" }],
          ["${URL_}", { referrer: "http://:no" }], ["${URL_}", { referrerPolicy: "BAD" }], ["${URL_}", { credentials: "BAD" }], ["${URL_}", { redirect: "BAD" }],
          ["${URL_}", { body: "x" }], ["${URL_}", { headers: { "a b": "c" } }]];
        const name = (url, options) => fetch(url, options).then(() => "none", (error) => error.name ?? error);
        return Promise.all([...wrong.map(([url, options]) => name(url, { ...options, signal: aborted() })), name("${URL_}", { mode: "cors", cache: "no-store", signal: aborted() })]);
      }`,
      output: [...new Array(14).fill("TypeError"), "given up"],
      sends: [],
    },
    {
      name: "options that a Request can't have are a TypeError of a call as well",
      code: `async () => {
        ${PRELUDE}
        const wrong = [{ window: "x" }, { referrer: "http://:no" }, { referrerPolicy: "BAD" }, { mode: "no-cors", method: "PUT" }, { cache: "only-if-cached" }];
        return Promise.all(wrong.map((options) => fetch("${URL_}", options).catch((error) => error.name)));
      }`,
      output: new Array(5).fill("TypeError"),
      sends: [],
    },
    {
      name: "a call whose signal was aborted before sends nothing, cancels its stream at once, and is no failure if nobody looks",
      code: `async () => {
        ${PRELUDE}
        const reasons = [];
        const body = () => new ReadableStream({ cancel: (reason) => void reasons.push(reason) });
        const options = () => ({ method: "POST", duplex: "half", body: body(), signal: aborted() });
        fetch("${URL_}", options());
        const request = new Request("${URL_}", options());
        fetch(request);
        const text = new Request("${URL_}", { method: "POST", body: "x", signal: aborted() });
        return [reasons.slice(), await why(fetch(text)), request.bodyUsed, text.bodyUsed];
      }`,
      output: [["given up", "given up"], "given up", true, true],
      sends: [],
    },
    {
      name: "the body of a response can't be read once its signal was aborted",
      code: `async () => {
        ${PRELUDE}
        const kinds = ["text", "json", "bytes", "arrayBuffer", "blob", "formData"];
        const seen = [];
        for (const kind of kinds) {
          const abort = new AbortController();
          const response = await fetch("${URL_}", { signal: abort.signal });
          const clone = response.clone();
          abort.abort("enough");
          const order = [];
          await Promise.all([response[kind]().catch(() => order.push(kind)), Promise.resolve().then(() => order.push("next"))]);
          seen.push([order, await why(response[kind]()), await why(clone[kind]()), await why(clone.clone()[kind]())]);
        }
        return seen;
      }`,
      output: ["text", "json", "bytes", "arrayBuffer", "blob", "formData"].map((kind) => [
        [kind, "next"],
        ...["enough", "enough", "enough"],
      ]),
    },
    {
      name: "the reason is an AbortError by default, and a handled one does not fail the task",
      code: `async () => {
        const abort = new AbortController();
        const response = await fetch("${URL_}", { signal: abort.signal });
        abort.abort();
        try { await response.json(); } catch (error) { return [error.name, error instanceof DOMException, error === abort.signal.reason]; }
      }`,
      output: ["AbortError", true, true],
    },
    {
      name: "a rejection that nobody handles fails the task",
      code: `async () => { const c = new AbortController(); const r = await fetch("${URL_}", { signal: c.signal }); c.abort(); await r.text(); }`,
      fails: "TASK_FAILED",
      message: /AbortError/,
    },
    {
      name: "streams and their branches fail with the reason, before and after they were taken",
      code: `async () => {
        ${PRELUDE}
        const abort = new AbortController();
        const get = () => fetch("${URL_}", { signal: abort.signal });
        const [early, late, cloned] = await Promise.all([get(), get(), get()]);
        const reader = early.body.getReader();
        const [one, other] = cloned.body.tee();
        const readers = [one.getReader(), other.getReader()];
        abort.abort("enough");
        const all = [reader, ...readers, late.body.getReader()];
        const chunks = [];
        return [await Promise.all(all.map((each) => why(each.read()))), await Promise.all(all.map((each) => why(each.closed)))];
      }`,
      output: [new Array(4).fill("enough"), new Array(4).fill("enough")],
    },
    {
      name: "what was read before the signal is kept, and an empty body that was read is at its end",
      code: `async () => {
        ${PRELUDE}
        const abort = new AbortController();
        const get = (options) => fetch("${URL_}", { ...options, signal: abort.signal });
        const [read, streamed, none] = await Promise.all([get(), get(), get({ method: "HEAD" })]);
        const call = get();
        const body = call.body;
        const text = await read.text();
        const chunks = [];
        for await (const chunk of streamed.body) chunks.push(chunk);
        abort.abort("enough");
        return [JSON.parse(text).method, chunks.length, read.bodyUsed, await why(read.text()), await why(none.text()), call.body === body, call.status];
      }`,
      output: [
        ...["GET", 1, true, "the body was read before; clone() the response to read it twice"],
        ...[["resolved", ""], true, 200],
      ],
    },
    {
      name: "the synchronous style can't read a body either, once its signal was aborted",
      code: `async () => {
        ${PRELUDE}
        const abort = new AbortController();
        const calls = ["text", "json", "bytes", "arrayBuffer"].map((kind) => [kind, fetch("${URL_}", { signal: abort.signal })]);
        const whole = fetch("${URL_}", { signal: abort.signal });
        for (const [, call] of [...calls, ["body", whole]]) call.status;
        abort.abort("enough");
        let thrown;
        try { whole.body; } catch (error) { thrown = error; }
        return [thrown, await Promise.all(calls.map(([kind, call]) => why(call[kind]())))];
      }`,
      output: ["enough", new Array(4).fill("enough")],
    },
    {
      name: "a Request that was aborted can still be read, as the standard says",
      code: `async () => {
        ${PRELUDE}
        const abort = new AbortController();
        const request = new Request("${URL_}", { method: "POST", body: "mine", signal: abort.signal });
        abort.abort("enough");
        return [await request.clone().text(), await request.text()];
      }`,
      output: ["mine", "mine"],
    },
    {
      name: "a stream without duplex is a TypeError, and is not touched",
      code: `async () => {
        ${PRELUDE}
        const body = new ReadableStream({ start(c) { c.enqueue(new Uint8Array([65])); c.close(); } });
        const name = (work) => work.catch((error) => [error.name, error.message]);
        return [await name(fetch("${URL_}", { method: "POST", body })), await name(fetch("${URL_}", { method: "POST" }, body)), body.locked, await new Response(body).text()];
      }`,
      output: [
        ["TypeError", 'a request whose body is a stream needs the option duplex: "half"'],
        ["TypeError", 'a request whose body is a stream needs the option duplex: "half"'],
        ...[false, "A"],
      ],
      sends: [],
    },
    {
      name: "a call under way that is aborted twice",
      code: `async () => {
        ${PRELUDE}
        const abort = new AbortController();
        const call = fetch("${URL_}", { signal: abort.signal });
        abort.abort("enough"); abort.abort("again");
        return [await why(call), await why(call.then((r) => r.text()))];
      }`,
      http: silent,
      output: ["enough", "enough"],
    },
  ],
};
