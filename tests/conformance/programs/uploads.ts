import { uploadingNetwork } from "../../support/uploading-http.ts";
import type { ConformanceProgram, Expected, ProgramGroup } from "../program.ts";

const PRELUDE = `
  const at = (path) => "http://service.test/" + path;
  const ask = async (path) => (await fetch(at(path))).json();
  const bytes = (text) => new TextEncoder().encode(text);
  const send = (path, body, more) => fetch(at(path), { method: "POST", duplex: "half", body, ...more });
  const why = (work) => work.then(() => "resolved", (error) => error.message);
`;

/** A program on a network of its own. */
function program(name: string, code: string, expected: Expected): ConformanceProgram {
  return { name, code: `${PRELUDE} ${code}`, http: uploadingNetwork(), ...expected };
}

/** Requests whose bodies go out while the task produces them. */
export const uploads: ProgramGroup = {
  title: "uploads",
  programs: [
    program(
      "a piece is sent before the next one is produced",
      `async () => {
        const seen = [];
        const body = new ReadableStream({ async pull(c) {
          if (seen.length === 3) return c.close();
          c.enqueue(bytes("piece " + seen.length));
          seen.push(ask("got/" + (seen.length + 1)));
          if (seen.length > 1) await seen[seen.length - 2];
        } });
        const response = await send("upload", body);
        return [await response.json(), (await Promise.all(seen)).map((list) => list.length >= 1)];
      }`,
      {
        output: [
          ["piece 0", "piece 1", "piece 2"],
          [true, true, true],
        ],
      },
    ),
    program(
      "nothing is produced that is not wanted yet",
      `async () => {
        let pulls = 0;
        const body = new ReadableStream({ pull(c) { pulls += 1; if (pulls > 3) c.close(); else c.enqueue(bytes("p" + pulls)); } }, { highWaterMark: 0 });
        const sent = send("lazy", body);
        const counts = [];
        for (let i = 1; i <= 3; i++) { await ask("next"); await ask("got/" + i); counts.push(pulls); }
        await ask("next");
        return [counts, await (await sent).json()];
      }`,
      {
        output: [
          [1, 2, 3],
          ["p1", "p2", "p3"],
        ],
      },
    ),
    program(
      "large chunks are sent in pieces, and empty ones are not",
      `async () => {
        const body = ReadableStream.from([new Uint8Array(0), bytes("x".repeat(150_000)), new Uint8Array(0), bytes("y")]);
        return (await (await send("upload", body)).json()).map((piece) => piece.length);
      }`,
      { output: [65_536, 65_536, 18_928, 1] },
    ),
    program(
      "bodies of other kinds, and those of responses",
      `async () => {
        const form = new FormData(); form.append("a", "b");
        const text = async (body) => (await (await send("upload", body)).text());
        const streamed = async (body) => (await (await send("upload", body)).json()).join("");
        const echoed = await fetch(at("x"), { method: "POST", body: "from a response" });
        const request = new Request(at("upload"), { method: "POST", duplex: "half", body: ReadableStream.from([bytes("r1"), bytes("r2")]) });
        return [await text(new Blob(["blob"])), (await text(form)).includes('name="a"'), await streamed(new Blob(["as a stream"]).stream()),
          await streamed(echoed.body), await (await fetch(request)).json(), request.bodyUsed];
      }`,
      { output: ["blob", true, "as a stream", "from a response", ["r1", "r2"], true] },
    ),
    program(
      "a stream that fails or has other chunks fails the call and ends the request",
      `async () => {
        const before = await ask("aborted");
        let n = 0;
        const failing = new ReadableStream({ pull(c) { n += 1; if (n > 1) throw new Error("no more"); c.enqueue(bytes("one")); } });
        const failed = await why(send("upload", failing));
        const wrong = await why(send("upload", ReadableStream.from(["text"])));
        return [failed, wrong, await ask("aborted") - before];
      }`,
      { output: ["no more", "a body can only consist of chunks of bytes (Uint8Array)", 2] },
    ),
    program(
      "a signal ends the request and cancels its stream",
      `async () => {
        const abort = new AbortController();
        const cancelled = Promise.withResolvers();
        const body = new ReadableStream({ pull() { return ask("aborted").then(() => { abort.abort(new Error("enough")); return new Promise(() => {}); }); }, cancel: (reason) => cancelled.resolve(reason.message) });
        return [await why(send("upload", body, { signal: abort.signal })), await cancelled.promise];
      }`,
      { output: ["enough", "enough"] },
    ),
    program(
      "a body without an end is too large",
      `() => send("upload", new ReadableStream({ pull(c) { c.enqueue(new Uint8Array(1e6)); } }))`,
      { fails: "FETCH_LIMIT", message: /the sum of request and response bodies is over the limit of 64MB/ },
    ),
    program(
      "an upload that nobody looks at is finished, and fails the task if its stream fails",
      `async () => { send("upload", ReadableStream.from([bytes("a"), bytes("b")])); return "done"; }`,
      { output: "done" },
    ),
    program(
      "the failure of a stream that nobody looks at fails the task",
      `async () => { send("upload", new ReadableStream({ pull() { throw new Error("no more"); } })); return "done"; }`,
      { fails: "TASK_FAILED", message: /no more/ },
    ),
    program(
      "the synchronous style can't wait for what the task still has to produce",
      `() => { try { return send("upload", ReadableStream.from([bytes("a")])).status; } catch (error) { return error.message; } }`,
      { output: "await this call before you read its response: its body is a stream" },
    ),
  ],
};
