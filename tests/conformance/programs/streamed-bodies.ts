import { streamedNetwork } from "../../support/streamed-http.ts";
import type { ConformanceProgram, Expected, ProgramGroup } from "../program.ts";

const PRELUDE = `
  const at = (path) => "http://service.test/" + path;
  const next = () => fetch(at("next")).then((response) => response.text());
  const text = (bytes) => new TextDecoder().decode(bytes);
  const tried = async (work) => { try { return await work(); } catch (error) { return error?.name ?? error; } };
`;

/** A program on a network of its own. */
function program(name: string, code: string, expected: Expected): ConformanceProgram {
  return { name, code: `${PRELUDE} ${code}`, http: streamedNetwork(), ...expected };
}

/** Responses whose bodies arrive while the task reads them. */
export const streamedBodies: ProgramGroup = {
  title: "streamed bodies",
  programs: [
    program(
      "the response is there before its body, and a piece arrives when it is sent",
      `async () => {
        const response = await fetch(at("gated/one/two/three"));
        const reader = response.body.getReader();
        const seen = [response.status, response.bodyUsed];
        for (;;) {
          await next();
          const { done, value } = await reader.read();
          if (done) return seen;
          seen.push(text(value));
        }
      }`,
      { output: [200, false, "one", "two", "three"] },
    ),
    program(
      "reading a body as a whole waits for it while other work goes on",
      `async () => {
        const kinds = ["text", "json", "bytes", "arrayBuffer", "blob"];
        const responses = await Promise.all(kinds.map(() => fetch(at("gated/1/23"))));
        const reads = responses.map((response, i) => response[kinds[i]]());
        const used = responses.map((response) => response.bodyUsed);
        for (let i = 0; i < 3; i++) await next();
        const [string, number, bytes, buffer, blob] = await Promise.all(reads);
        return [used.every(Boolean), string, number, [...bytes], buffer.byteLength, await blob.text(), await tried(() => responses[0].text())];
      }`,
      { output: [true, "123", 123, [49, 50, 51], 3, "123", "TypeError"] },
    ),
    program(
      "the synchronous style waits for all of it",
      `() => {
        const { status, body } = fetch(at("slow/%7B%22a%22/:1%7D?type=application/json"));
        const whole = fetch(at("slow/a/b"));
        return [status, body, whole.body, whole.body];
      }`,
      { output: [200, { a: 1 }, "ab", "ab"] },
    ),
    program(
      "a response that was awaited can be read in the synchronous style, and the other way round",
      `async () => {
        const call = fetch(at("slow/a/b"));
        const response = await call;
        const later = fetch(at("slow/c/d"));
        const shown = later.body;
        return [call.body, await response.text(), shown, await (await later).text(), JSON.parse(JSON.stringify(await fetch(at("slow/e/f")))).body];
      }`,
      { output: ["ab", "ab", "cd", "cd", "ef"] },
    ),
    program(
      "for await, byte readers, pipes and wrapped responses",
      `async () => {
        const pieces = [];
        for await (const piece of (await fetch(at("slow/ab/c"))).body) pieces.push(text(piece));
        const byob = (await fetch(at("slow/abcd/e"))).body.getReader({ mode: "byob" });
        const sizes = [];
        for (;;) { const { done, value } = await byob.read(new Uint8Array(3)); if (done) break; sizes.push(value.length); }
        const upper = new TransformStream({ transform(chunk, c) { c.enqueue(chunk.toUpperCase()); } });
        const piped = (await fetch(at("slow/x/y"))).body.pipeThrough(new TextDecoderStream()).pipeThrough(upper).pipeThrough(new TextEncoderStream());
        return [pieces, sizes, await new Response(piped).text(), await new Response((await fetch(at("slow/p/q"))).body).text()];
      }`,
      { output: [["ab", "c"], [3, 1, 1], "XY", "pq"] },
    ),
    program(
      "clones and tees see everything",
      `async () => {
        const response = await fetch(at("slow/a/b"));
        const copy = response.clone();
        const [one, other] = (await fetch(at("slow/c/d"))).body.tee();
        return [await copy.text(), await response.text(), await new Response(one).text(), await new Response(other).text()];
      }`,
      { output: ["ab", "ab", "cd", "cd"] },
    ),
    program(
      "cancelling a body closes its connection, which a body that has ended does not",
      `async () => {
        const before = await (await fetch(at("seen"))).json();
        const response = await fetch(at("endless"));
        const reader = response.body.getReader();
        const { length } = (await reader.read()).value;
        await reader.cancel();
        for await (const piece of (await fetch(at("endless"))).body) break;
        await (await fetch(at("slow/a"))).body.pipeTo(new WritableStream());
        const after = await (await fetch(at("seen"))).json();
        return [length, (await reader.read()).done, after.cancelled - before.cancelled, after.ended - before.ended];
      }`,
      { output: [65_536, true, 2, 1] },
    ),
    program(
      "a signal ends a body in the middle",
      `async () => {
        const abort = new AbortController();
        const read = await fetch(at("gated/a/b"), { signal: abort.signal });
        const waits = (await fetch(at("stuck"), { signal: abort.signal })).text();
        const idle = (await fetch(at("stuck"), { signal: abort.signal })).body.getReader();
        const reader = read.body.getReader();
        await next();
        const first = text((await reader.read()).value);
        const pending = reader.read();
        abort.abort(new Error("enough"));
        const why = (work) => work.then(() => "resolved", (error) => error.message);
        return [first, await why(pending), await why(waits), await why(idle.closed), await why(reader.read())];
      }`,
      { output: ["a", "enough", "enough", "enough", "enough"] },
    ),
    program(
      "a body that breaks off rejects what reads it",
      `async () => {
        const reader = (await fetch(at("broken/a/network"))).body.getReader();
        const first = text((await reader.read()).value);
        const failed = await reader.read().catch((error) => [error.name, error.cause.code, error.message]);
        return [first, failed, await tried(async () => (await fetch(at("broken/a/timeout"))).text()),
          await tried(() => fetch(at("broken/a/network")).body), await tried(async () => (await fetch(at("broken/a/network"))).blob())];
      }`,
      {
        output: [
          "a",
          ["NetworkError", "ECONNRESET", "the server went away (GET http://service.test/broken/a/network)"],
          ...["TimeoutError", "NetworkError", "NetworkError"],
        ],
      },
    ),
    program("a call that nobody looks at is finished", `() => { fetch(at("slow/a/b")); return "done"; }`, {
      output: "done",
    }),
    program(
      "a call that nobody looks at fails the task if its body breaks off",
      `async () => { fetch(at("broken/a/network")); await next(); return "done"; }`,
      { fails: "TASK_FAILED", message: /NetworkError: the server went away/ },
    ),
    program(
      "a task that has ended does not wait for a body that it does not read",
      `async () => {
        const endless = await fetch(at("endless"));
        const stuck = (await fetch(at("stuck"))).body.getReader();
        void stuck.read();
        return [endless.status, stuck.closed instanceof Promise];
      }`,
      { output: [200, true] },
    ),
    program("a body without an end is too large", `async () => (await fetch(at("endless"))).text()`, {
      fails: "FETCH_LIMIT",
      message: /a response body is over the limit of 16MB of limits\.fetchResponse: ./,
    }),
    program(
      "a stream without an end is too large",
      `async () => { for await (const piece of (await fetch(at("endless"))).body); }`,
      {
        fails: "FETCH_LIMIT",
        message: /a response body is over the limit of 16MB of limits\.fetchResponse: ./,
      },
    ),
    program(
      "an HTTP error that is thrown gives up its body",
      `async () => {
        const before = (await (await fetch(at("seen"))).json()).cancelled;
        const error = await fetch(at("gated/a?status=500"), { throwHttpErrors: true }).catch((error) => error);
        return [error.name, error.status, (await (await fetch(at("seen"))).json()).cancelled - before];
      }`,
      { output: ["ServiceUnavailableError", 500, 1] },
    ),
    program(
      "a promise that waits for a body only settles with it",
      `async () => {
        const reader = (await fetch(at("gated/a"))).body.getReader();
        const order = [];
        const read = reader.read().then(() => order.push("body"));
        await new Promise((resolve) => setTimeout(resolve, 1));
        order.push("timer");
        await next();
        await read;
        return order;
      }`,
      { output: ["timer", "body"] },
    ),
  ],
};
