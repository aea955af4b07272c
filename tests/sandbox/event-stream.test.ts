import { expect, test } from "bun:test";
import fc from "fast-check";
import { EventStream, type StreamedEvent } from "../../src/sandbox/guest/event-source/event-stream.ts";

/** Parses a text that arrives in these pieces. */
function parsed(pieces: readonly string[]): { events: StreamedEvent[]; retries: number[] } {
  const events: StreamedEvent[] = [];
  const retries: number[] = [];
  const stream = new EventStream({ event: (event) => events.push(event), retry: (ms) => retries.push(ms) }, "");
  for (const piece of pieces) stream.add(piece);
  return { events, retries };
}

const line = fc.oneof(
  fc.constantFrom(
    "",
    "",
    ":",
    ": c",
    "data",
    "data:",
    "event: e",
    "id: 1",
    "id:a\0b",
    "retry: 5",
    "retry: x",
    "other: x",
  ),
  fc.stringMatching(/^(data|event|id|retry): ?[a-z0-9:]{0,4}$/),
);
const text = fc
  .array(fc.tuple(line, fc.constantFrom("\n", "\r", "\r\n")), { maxLength: 20 })
  .map((lines) => lines.map(([content, end]) => content + end).join(""));

test("it does not matter where a stream is cut", () => {
  fc.assert(
    fc.property(text, fc.array(fc.nat(60), { maxLength: 10 }), (whole, cuts) => {
      const places = [0, ...cuts.filter((cut) => cut <= whole.length).sort((a, b) => a - b), whole.length];
      const pieces = places.slice(1).map((place, i) => whole.slice(places[i], place));
      expect(parsed(pieces)).toEqual(parsed([whole]));
    }),
  );
});

test("every line end means the same", () => {
  fc.assert(
    fc.property(fc.array(line, { maxLength: 20 }), (lines) => {
      const withEnd = (end: string) => parsed([lines.map((content) => content + end).join("")]);
      expect(withEnd("\r")).toEqual(withEnd("\n"));
      expect(withEnd("\r\n")).toEqual(withEnd("\n"));
    }),
  );
});

test("events as the standard shows them", () => {
  expect(parsed(["data: YHOO\ndata: +2\ndata: 10\n\n"]).events).toEqual([
    { type: "message", data: "YHOO\n+2\n10", lastEventId: "" },
  ]);
  expect(
    parsed([": test stream\n\ndata: first event\nid: 1\n\ndata:second event\nid\n\ndata:  third event\n"]).events,
  ).toEqual([
    { type: "message", data: "first event", lastEventId: "1" },
    { type: "message", data: "second event", lastEventId: "" },
  ]);
  expect(parsed(["data\n\ndata\ndata\n\ndata:"]).events.map(({ data }) => data)).toEqual(["", "\n"]);
  expect(parsed(["retry: 10\nretry: 1x\nretry:\n"]).retries).toEqual([10]);
});
