import { type EventConnection, eventNetwork } from "../../support/event-stream-http.ts";
import type { ConformanceProgram, Expected, ProgramGroup } from "../program.ts";
import { silent } from "../request.ts";

const PRELUDE = `
  const at = (path) => "http://service.test/" + path;
  /** Collects what happens until the source has failed for good, or \`last\` says that this was the last event. */
  const collect = (source, types = ["open", "message", "error"], last = () => false) => new Promise((resolve) => {
    const seen = [];
    for (const type of types) source.addEventListener(type, (event) => {
      seen.push(type === "open" || type === "error" ? type + source.readyState : [type, event.data, event.lastEventId]);
      if (source.readyState === 2 || last(event)) { source.close(); resolve(seen); }
    });
  });
`;
const OVER: EventConnection = { status: 204 };

/** A program on a network that serves these connections, each time that it runs. */
function program(
  name: string,
  connections: readonly EventConnection[],
  code: string,
  expected: Expected,
): ConformanceProgram {
  const reset = `async () => { await (await fetch(at("reset"))).text(); return (${code})(); }`;
  return { name, code: `${PRELUDE} ${reset}`, http: eventNetwork(...connections), ...expected };
}

/** The client connects again at once, and not after seconds. */
const SOON = "retry: 1\n";

/** EventSource: https://html.spec.whatwg.org/#server-sent-events */
export const eventSource: ProgramGroup = {
  title: "EventSource",
  programs: [
    program(
      "events, their types and ids, comments and several lines",
      [
        {
          pieces: [
            SOON,
            ": hello\n\ndata: one\n\nevent: tick\nid: 7\ndata: a\ndata:b\ndata\n\nid\ndata:  x\n\ndata: lost",
          ],
        },
        OVER,
      ],
      `async () => collect(Object.assign(new EventSource(at("events"))), ["open", "message", "tick", "error"])`,
      {
        output: ["open1", ["message", "one", ""], ["tick", "a\nb\n", "7"], ["message", " x", ""], "error0", "error2"],
      },
    ),
    program(
      "it connects again after the time that the server names, with the last id",
      [{ pieces: ["retry: 1\nid: ü1\ndata: a\n\n"] }, { pieces: ["data: b\n\n"] }, OVER],
      `async () => {
        const seen = await collect(new EventSource(at("events")));
        const requests = await (await fetch(at("requests"))).json();
        return [seen, requests.map((headers) => [headers.accept, headers["cache-control"], headers["last-event-id"] ?? null])];
      }`,
      {
        output: [
          ["open1", ["message", "a", "ü1"], "error0", "open1", ["message", "b", "ü1"], "error0", "error2"],
          [
            ["text/event-stream", "no-store", null],
            ["text/event-stream", "no-store", "Ã¼1"],
            ["text/event-stream", "no-store", "Ã¼1"],
          ],
        ],
      },
    ),
    program(
      "line ends and characters that two pieces share, and a byte order mark",
      [
        {
          pieces: [
            ...[
              Uint8Array.of(0xef, 0xbb),
              Uint8Array.of(0xbf),
              "data: a\r",
              "\ndata: b\r\rdata: ",
              Uint8Array.of(0xe2),
            ],
            ...[Uint8Array.of(0x82, 0xac), "\r\n\r", "\ndata: \ufeffc\n", "\n", SOON],
          ],
        },
        OVER,
      ],
      `async () => collect(new EventSource(at("events")), ["message", "error"])`,
      { output: [["message", "a\nb", ""], ["message", "€", ""], ["message", "\ufeffc", ""], "error0", "error2"] },
    ),
    program(
      "close ends it at once, and nothing is heard of it afterwards",
      [{ pieces: ["data: 1\n\ndata: 2\n\n"], stays: true }],
      `async () => {
        const source = new EventSource(at("events"));
        const seen = [source.readyState];
        source.onerror = () => seen.push("error");
        await new Promise((resolve) => { source.onmessage = ({ data }) => { seen.push(data); source.close(); resolve(); }; });
        await new Promise((resolve) => setTimeout(resolve, 1));
        return [seen, source.readyState];
      }`,
      { output: [[0, "1"], 2] },
    ),
    program(
      "another status or type fails it for good",
      [
        { status: 500 },
        { type: "text/plain", pieces: ["data: x\n\n"] },
        { type: "Text/Event-Stream ; charset=utf-8", pieces: ["data: y\n\n"], stays: true },
      ],
      `async () => {
        const first = await collect(new EventSource(at("events")));
        const second = await collect(new EventSource(at("events")));
        return [first, second, await collect(new EventSource(at("events")), ["message"], () => true)];
      }`,
      { output: [["error2"], ["error2"], [["message", "y", ""]]] },
    ),
    program(
      "the interface",
      [{ stays: true }],
      `async () => {
        const source = new EventSource(at("events") + "#x", { withCredentials: true });
        const why = (work) => { try { work(); } catch (error) { return error.name; } };
        const shown = [source.url, source.withCredentials, String(source), EventSource.OPEN, source.CLOSED, source instanceof EventTarget,
          EventSource.length, source.onmessage, why(() => new EventSource("no url")), why(() => EventSource("http://a.test"))];
        source.close();
        return shown;
      }`,
      {
        output: [
          ...["http://service.test/events#x", true, "[object EventSource]", 1, 2, true, 1, null],
          ...["SyntaxError", "TypeError"],
        ],
      },
    ),
    program(
      "messages have the origin of their server",
      [{ pieces: ["data: x\n\n"], stays: true }],
      `async () => new Promise((resolve) => { new EventSource(at("events")).onmessage = ({ origin, constructor }) => resolve([origin, constructor.name]); })`,
      { output: ["http://service.test", "MessageEvent"] },
    ),
    program(
      "a task that has ended does not wait for an open source",
      [{ pieces: ["data: x\n\n"], stays: true }],
      `async () => { const source = new EventSource(at("events")); await new Promise((resolve) => { source.onmessage = resolve; }); return source.readyState; }`,
      { output: 1 },
    ),
    {
      name: "a task that has ended does not wait for a source that connects",
      code: `() => { new EventSource("http://service.test/"); return "done"; }`,
      http: silent,
      output: "done",
    },
    {
      name: "each connection is a fetch, and counts as one",
      code: `() => new Promise(() => { for (let i = 0; i < 5; i++) new EventSource("http://service.test/"); })`,
      http: silent,
      limits: { fetchCount: 4 },
      fails: "FETCH_LIMIT",
    },
  ],
};
