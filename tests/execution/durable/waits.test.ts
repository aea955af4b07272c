import { expect, test } from "bun:test";
import type { JsonObject } from "../../../src/domain/json.ts";
import { quiet } from "../../support/virtual-clock.ts";
import { playGuest } from "./memory-session.ts";

const DAY = 24 * 3_600_000;

test("sleeps end at their time, never before, and in the order of their times", async () => {
  const guest = playGuest();
  const now = guest.clock.now();
  const long = guest.open({ kind: "sleep", until: now + 90 * DAY });
  const short = guest.open({ kind: "sleep", until: now + 7 * DAY });
  const past = guest.open({ kind: "sleep", until: now - DAY });
  expect(guest.settled()).toEqual([past]);
  await guest.clock.pass(7 * DAY - 1);
  expect(guest.settled()).toEqual([past]);
  await guest.clock.pass(1);
  expect(guest.settled()).toEqual([past, short]);
  await guest.clock.pass(83 * DAY);
  expect(guest.settled()).toEqual([past, short, long]);
  expect(guest.result(long)).toEqual({ value: undefined });
});

test("a guest that wakes is told what has happened since its start was made up", async () => {
  const guest = playGuest();
  const number = guest.open({ kind: "sleep", until: guest.clock.now() + DAY });
  guest.session.slept({ open: [number] });
  expect(guest.session.wakes().recorded).toMatchObject([{ number, request: { kind: "sleep" } }]);
  // It may have to wait for a place until now.
  await guest.clock.pass(DAY);
  expect(guest.settled()).toEqual([]);
  guest.session.attach((event) => guest.events.push(event));
  expect(guest.settled()).toEqual([number]);
});

test("a sleep of more than ten years is refused", () => {
  const guest = playGuest();
  const number = guest.open({ kind: "sleep", until: guest.clock.now() + 3_661 * DAY });
  expect(guest.result(number)).toEqual({ error: "RangeError: a sleep lasts at most ten years" });
});

test("signals of one name arrive in order and each once, those from before the wait too", async () => {
  const guest = playGuest({
    signals: [
      { name: "paid", payload: 1 },
      { name: "other", payload: "x" },
      { name: "paid", payload: 2 },
      { name: "paid", payload: 3, afterMs: 2 * DAY },
    ],
  });
  const [one, two, three] = [1, 2, 3].map(() => guest.open({ kind: "wait", name: "paid" }));
  await quiet();
  expect(guest.result(one ?? 0)).toEqual({ value: 1 });
  expect(guest.result(two ?? 0)).toEqual({ value: 2 });
  expect(guest.result(three ?? 0)).toBeUndefined();
  await guest.clock.pass(2 * DAY);
  expect(guest.result(three ?? 0)).toEqual({ value: 3 });
});

test("a signal that does not fit is passed over and recorded; a schema that is not valid says so", async () => {
  const guest = playGuest({
    signals: [
      { name: "paid", payload: { sum: "much" } },
      { name: "paid", payload: { sum: 5 } },
    ],
  });
  const schema = { type: "object", properties: { sum: { type: "number" } }, required: ["sum"] };
  const number = guest.open({ kind: "wait", name: "paid", schema });
  const wrong = guest.open({ kind: "wait", name: "paid", schema: { type: "nothing" } });
  await quiet();
  expect(guest.result(number)).toEqual({ value: { sum: 5 } });
  expect(guest.notes).toEqual([
    expect.stringContaining('passed paid: the signal "paid" does not match its schema: /sum'),
  ]);
  expect(guest.result(wrong)).toMatchObject({
    error: expect.stringContaining('the schema of the signal "paid" is not valid'),
  });
});

test("a wait ends at its time-out, or at once if nobody can answer", async () => {
  const guest = playGuest({ signals: [{ name: "late", payload: 1, afterMs: 2 * DAY }] });
  const timed = guest.open({ kind: "wait", name: "paid", timeoutMs: DAY });
  const open = guest.open({ kind: "wait", name: "paid" });
  const late = guest.open({ kind: "wait", name: "late" });
  const second = guest.open({ kind: "wait", name: "late" });
  await quiet();
  const nobody = 'Error: nobody sends the signal "paid", and the wait has no timeout; nothing has asked for "late"';
  expect(guest.result(open)).toEqual({ error: nobody, code: "NOBODY_TO_ANSWER" });
  expect(guest.result(second)).toMatchObject({ code: "NOBODY_TO_ANSWER" });
  expect(guest.result(late)).toBeUndefined();
  await guest.clock.pass(DAY);
  const error = 'TimeoutError: waiting for the signal "paid" took longer than its timeout of 24h';
  expect(guest.result(timed)).toEqual({ error });
  await guest.clock.pass(DAY);
  expect(guest.result(late)).toEqual({ value: 1 });
});

test("approvals have their answers by title, in order, the last one again", async () => {
  const guest = playGuest({
    approvals: [
      { title: "Buy?", approved: false, by: "ada" },
      { title: "Buy?", approved: true, by: "ada", input: { note: "fine" } },
      { approved: true, by: "grace" },
    ],
  });
  const ask = (title: string) => guest.open({ kind: "approve", title, onTimeout: "reject" });
  const asked = [ask("Buy?"), ask("Buy?"), ask("Sell?"), ask("Sell?")];
  await quiet();
  const at = new Date(guest.clock.now()).toISOString();
  expect(asked.map((number) => guest.result(number))).toEqual([
    { value: { approved: false, by: "ada", at, input: null } },
    { value: { approved: true, by: "ada", at, input: { note: "fine" } } },
    { value: { approved: true, by: "grace", at, input: null } },
    { value: { approved: true, by: "grace", at, input: null } },
  ]);
});

test("an approval ends by its time-out as it says, and an input has to fit", async () => {
  const guest = playGuest({ approvals: [{ title: "Form?", approved: true, by: "ada", input: { note: 5 } }] });
  const schema = { type: "object", properties: { note: { type: "string" } } };
  const form = guest.open({ kind: "approve", title: "Form?", schema, onTimeout: "reject" });
  const [reject, approve, fail] = (["reject", "approve", "fail"] as const).map((onTimeout) =>
    guest.open({ kind: "approve", title: "Buy?", timeoutMs: 1_000, onTimeout }),
  );
  const nobody = guest.open({ kind: "approve", title: "Buy?", onTimeout: "approve" });
  expect(guest.result(nobody)).toMatchObject({ code: "NOBODY_TO_ANSWER" });
  await guest.clock.pass(1_000);
  expect(guest.result(form)).toMatchObject({
    error: expect.stringContaining("ValidationError: the input of the approval"),
  });
  expect(guest.result(reject ?? 0)).toMatchObject({ value: { approved: false, by: null, input: null } });
  expect(guest.result(approve ?? 0)).toMatchObject({ value: { approved: true, by: null, input: null } });
  expect(guest.result(fail ?? 0)).toMatchObject({ error: expect.stringContaining("TimeoutError") });
});

test("a decision without an input leaves the form empty", async () => {
  const guest = playGuest({
    approvals: [
      { title: "Note?", approved: true, by: "ada" },
      { title: "Note?", approved: false, by: "ada" },
      { title: "Any?", approved: true, by: "ada" },
    ],
  });
  const needed = { type: "object", required: ["note"] };
  const ask = (title: string, schema: JsonObject) =>
    guest.open({ kind: "approve", title, schema, onTimeout: "reject" });
  const [refused, rejected, any] = [ask("Note?", needed), ask("Note?", needed), ask("Any?", { type: "object" })];
  await quiet();
  expect(guest.result(refused)).toMatchObject({ error: expect.stringContaining('must have the member "note"') });
  expect(guest.result(rejected)).toMatchObject({ value: { approved: false, input: null } });
  expect(guest.result(any)).toMatchObject({ value: { approved: true, input: {} } });
});

test("steps settle with what is recorded, and run again after their delay", async () => {
  const guest = playGuest();
  const request = { kind: "step", name: "charge", occurrence: 1 } as const;
  const error = { name: "NetworkError", message: "no" };
  guest.send({ type: "postpone", number: 1, request, attempts: 1, error, delayMs: 5_000 });
  await guest.clock.pass(4_999);
  expect(guest.events).toEqual([]);
  await guest.clock.pass(1);
  expect(guest.events).toEqual([{ type: "again", number: 1 }]);
  guest.send({ type: "record", number: 1, request, result: { ok: true, json: "7" } });
  expect(guest.result(1)).toEqual({ value: 7 });
});

test("cancellation drops what is open, and later operations work as usual", async () => {
  const guest = playGuest();
  guest.open({ kind: "sleep", until: guest.clock.now() + 1_000 });
  guest.session.cancel();
  expect(guest.events).toEqual([{ type: "cancel" }]);
  const later = guest.open({ kind: "sleep", until: guest.clock.now() + 2_000 });
  await guest.clock.pass(10_000);
  expect(guest.settled()).toEqual([later]);
});

test("withdrawn operations are cancelled, unless they have ended", async () => {
  const guest = playGuest();
  const done = guest.open({ kind: "sleep", until: guest.clock.now() });
  const open = guest.open({ kind: "sleep", until: guest.clock.now() + 1_000 });
  guest.send({ type: "withdraw", numbers: [done, open, 77] });
  await guest.clock.pass(10_000);
  expect(guest.settled()).toEqual([done, open]);
  expect(guest.result(open)).toMatchObject({ code: "CANCELLED" });
});

test("what settles while a guest falls asleep is there when it wakes up", async () => {
  const guest = playGuest();
  const now = guest.clock.now();
  const received = guest.open({ kind: "sleep", until: now });
  const missed = guest.open({ kind: "sleep", until: now + 1_000 });
  const open = guest.open({ kind: "sleep", until: now + 2_000 });
  await guest.clock.pass(1_000);
  guest.session.slept({ open: [missed, open] });
  const { recorded } = guest.session.wakes();
  expect(recorded?.map(({ number, result, order }) => [number, result?.ok, order])).toEqual([
    [missed, true, 2],
    [open, undefined, undefined],
  ]);
  expect(guest.settled()).toEqual([received, missed]);
});

test("items of the stream are received in order, and a repeat is not received again", async () => {
  const items: string[] = [];
  let room = () => {};
  const guest = playGuest({
    onItem(json, item, received) {
      items.push(json);
      if (json === '"large"') room = () => received(item + 1);
      else received(item + 1);
    },
  });
  guest.send({ type: "write", item: 0, json: "1" });
  guest.send({ type: "write", item: 0, json: "1" });
  guest.send({ type: "write", item: 1, json: '"large"' });
  await quiet();
  expect(items).toEqual(["1", '"large"']);
  expect(guest.events).toEqual([
    { type: "room", next: 1 },
    { type: "room", next: 1 },
  ]);
  room();
  await quiet();
  expect(guest.events.at(-1)).toEqual({ type: "room", next: 2 });
});

test("values of emit are bounded, and operations too", async () => {
  const guest = playGuest();
  const small = guest.open({ kind: "emit", name: "done", value: '{"a":1}' });
  const large = guest.open({ kind: "emit", name: "done", value: JSON.stringify("x".repeat(1024 * 1024)) });
  expect(guest.result(small)).toEqual({ value: undefined });
  expect(guest.result(large)).toMatchObject({ code: "SIGNAL_LIMIT" });
  expect(guest.notes).toEqual(['emitted done: {"a":1}']);
  guest.send({ type: "open", number: 50_000, request: { kind: "sleep", until: 0 } });
  guest.send({ type: "open", number: 100_001, request: { kind: "sleep", until: 0 } });
  expect(guest.notes.at(-1)).toContain("50000 operations");
  expect(guest.result(50_000)).toEqual({ value: undefined });
  expect(guest.result(100_001)).toMatchObject({ code: "RUN_LIMIT" });
});

test("waits that nothing has answered are mentioned once after 5 seconds, unless they are over by then", async () => {
  const guest = playGuest({
    mentionsWaits: true,
    signals: [{ name: "there", payload: 1 }],
    approvals: [{ title: "Answered?", approved: true, by: "ada" }],
  });
  const start = guest.clock.now();
  guest.open({ kind: "wait", name: "there", timeoutMs: DAY });
  guest.open({ kind: "wait", name: "soon", timeoutMs: 5_000 });
  guest.open({ kind: "wait", name: "paid", timeoutMs: DAY });
  guest.open({ kind: "approve", title: "Answered?", timeoutMs: DAY, onTimeout: "reject" });
  const lost = guest.open({ kind: "approve", title: "Lost?", timeoutMs: DAY, onTimeout: "reject" });
  guest.open({ kind: "approve", title: "Buy?", timeoutMs: DAY, onTimeout: "reject" });
  await quiet();
  guest.send({ type: "withdraw", numbers: [lost] });
  await guest.clock.pass(4_999);
  expect(guest.notes).toEqual([]);
  await guest.clock.pass(DAY);
  expect(guest.notes).toEqual([
    `waits for the signal "paid" until ${start + DAY}`,
    `waits for a decision about "Buy?" until ${start + DAY}`,
  ]);
});
