import { expect, test } from "bun:test";
import type { CallRequest, MapRequest } from "../../../src/domain/durable.ts";
import type { JsonValue } from "../../../src/domain/json.ts";
import { quiet, virtualClock } from "../../support/virtual-clock.ts";
import { type PlayOptions, playGuest } from "./memory-session.ts";
import { type PlayedTask, playedTasks, thrown } from "./played-tasks.ts";

const call = (task: string, input: JsonValue = {}, more: Partial<CallRequest> = {}): CallRequest => ({
  kind: "call",
  task,
  input: JSON.stringify(input),
  ...more,
});

const map = (task: string, inputs: JsonValue[], more: Partial<MapRequest> = {}): MapRequest => ({
  kind: "map",
  task,
  inputs: inputs.map((input) => JSON.stringify(input)),
  concurrency: 16,
  onError: "fail",
  ...more,
});

function play(tasks: PlayedTask[], options: PlayOptions & { depth?: number } = {}) {
  const clock = virtualClock();
  const { depth = 1 } = options;
  const { children, seen, most } = playedTasks(tasks, clock, depth);
  return { guest: playGuest({ ...options, clock, children }), seen, most };
}

const double: PlayedTask = {
  label: "double",
  refuses: (input) => typeof input !== "number",
  run: (input) => Number(input) * 2,
};
const waits: PlayedTask = {
  label: "waits",
  async run(_, __, cancelled) {
    await cancelled;
    return "cleaned up";
  },
};

test("a call resolves to the output, by label, uuid and version", async () => {
  const uuid = "2f1f0a8e-0000-4c76-9a5e-0f0f5a2f8b01";
  const newer: PlayedTask = { ...double, uuid, version: "2.0.0", run: (input) => Number(input) * 20 };
  const { guest } = play([newer, { ...double, uuid, version: "1.0.0" }]);
  const numbers = [call("double", 4), call(uuid, 4), call("double", 4, { version: "1.0.0" })].map(guest.open);
  const missing = [call("triple", 4), call("double", 4, { version: "3.0.0" })].map(guest.open);
  await quiet();
  expect(numbers.map(guest.result)).toEqual([{ value: 80 }, { value: 80 }, { value: 8 }]);
  expect(missing.map(guest.result)).toEqual([
    { error: "Error: there is no task triple to call", code: "TASK_NOT_FOUND" },
    { error: "Error: there is no task double in version 3.0.0 to call", code: "TASK_NOT_FOUND" },
  ]);
});

test("an input that does not fit is a ValidationError before anything starts", async () => {
  const { guest, seen } = play([double]);
  const one = guest.open(call("double", "four"));
  const many = guest.open(map("double", [1, "two", 3]));
  await quiet();
  expect(guest.result(one)).toMatchObject({
    error: expect.stringContaining("ValidationError: the input does not match"),
  });
  expect(guest.result(many)).toMatchObject({ error: expect.stringContaining("ValidationError: item 1: the input") });
  expect(seen).toEqual([]);
});

test("an input that does not fit names the places in itself, and the call", async () => {
  const { guest } = play([{ ...double, version: "1.2.0" }]);
  const one = guest.open(call("double", "four"));
  const many = guest.open(map("double", [1, "two"]));
  await quiet();
  const violations = [{ pointer: "", message: "is refused" }];
  const message = "the input does not match the schema of double: (the whole value) is refused";
  const error = { name: "ValidationError", code: "INVALID_INPUT", call: { task: "double", version: "1.2.0" } };
  expect(guest.raw(one)).toEqual({ ok: false, error: { ...error, message, data: { violations, count: 1 } } });
  expect(guest.raw(many)).toEqual({
    ok: false,
    error: { ...error, message: `item 1: ${message}`, data: { violations, count: 1, item: 1 } },
  });
});

test("permissions.tasks is a list of patterns; without permissions everything may be called", async () => {
  const other: PlayedTask = { ...double, label: "billing-double" };
  const permitted = async (task: PlayOptions["task"]) => {
    const { guest } = play([double, other], task === undefined ? {} : { task });
    const numbers = [
      guest.open(call("double", 1)),
      guest.open(call("billing-double", 1)),
      guest.open(call("unknown", 1)),
    ];
    await quiet();
    return numbers.map((number) => {
      const result = guest.result(number);
      return result !== undefined && "error" in result ? result.code : "called";
    });
  };
  expect(await permitted(undefined)).toEqual(["called", "called", "TASK_NOT_FOUND"]);
  expect(await permitted({ permissions: { tasks: ["billing-*"] } })).toEqual([
    "PERMISSION_DENIED",
    "called",
    "PERMISSION_DENIED",
  ]);
  expect(await permitted({ permissions: { hosts: [] } })).toEqual([
    "PERMISSION_DENIED",
    "PERMISSION_DENIED",
    "PERMISSION_DENIED",
  ]);
});

test("a failure has the child's name, message, code and status, and says which child it was", async () => {
  const failing: PlayedTask = {
    label: "charge",
    version: "1.2.3",
    run: () => Promise.reject(thrown("RateLimitError", "slow down", { code: "E42", status: 429 })),
  };
  const { guest } = play([failing]);
  const number = guest.open(call("charge"));
  await quiet();
  const uuid = expect.stringMatching(/^[\da-f]{8}-/);
  expect(guest.raw(number)).toEqual({
    ok: false,
    error: {
      name: "RateLimitError",
      message: "slow down",
      code: "E42",
      status: 429,
      call: { task: "charge", version: "1.2.3", jobId: uuid, executionId: uuid },
    },
  });
});

test("retries follow the policy of the call, else that of the task", async () => {
  const unreliable = (fails: number): PlayedTask => ({
    label: `fails-${fails}`,
    retry: { maxRetries: 1, delayMs: 10 },
    run(_, attempt) {
      if (attempt <= fails) throw thrown("NetworkError", "no line");
      return attempt;
    },
  });
  const never: PlayedTask = {
    label: "never",
    retry: { maxRetries: 5 },
    run: () => Promise.reject(thrown("ValidationError", "no")),
  };
  const { guest, seen } = play([unreliable(1), unreliable(2), never]);
  const own = guest.open(call("fails-1"));
  const tooOften = guest.open(call("fails-2"));
  const more = guest.open(call("fails-2", {}, { retry: { maxRetries: 2, delayMs: 60_000, factor: 3 } }));
  const refused = guest.open(call("never"));
  await guest.clock.pass(1_000);
  expect(guest.result(own)).toEqual({ value: 2 });
  expect(guest.result(tooOften)).toEqual({ error: "NetworkError: no line" });
  expect(guest.result(refused)).toEqual({ error: "ValidationError: no" });
  expect(guest.result(more)).toBeUndefined();
  await guest.clock.pass(4 * 60_000);
  expect(guest.result(more)).toEqual({ value: 3 });
  expect(seen.filter((line) => line.startsWith("never"))).toEqual(["never 1"]);
});

test("a time-out cancels the child, and so does the end of the run, except for detached children", async () => {
  const { guest, seen } = play([waits]);
  const timed = guest.open(call("waits", {}, { timeoutMs: 5_000 }));
  const detached = guest.open(call("waits", {}, { detached: true }));
  const open = guest.open(call("waits"));
  await guest.clock.pass(5_000);
  expect(guest.result(timed)).toEqual({ error: "TimeoutError: the call of waits took longer than its timeout of 5s" });
  expect(guest.result(detached)).toEqual({ value: { jobId: expect.any(String), executionId: expect.any(String) } });
  expect(seen).toEqual(["waits 1", "waits 1", "waits 1", "waits cancelled"]);
  guest.session.end();
  await quiet();
  expect(seen.filter((line) => line === "waits cancelled")).toHaveLength(2);
  expect(guest.result(open)).toBeUndefined();
});

test("calls with one key have one child", async () => {
  let runs = 0;
  const { guest } = play([{ label: "count", run: () => ++runs }]);
  const numbers = ["a", "a", "b"].map((key) => guest.open(call("count", {}, { key })));
  const unkeyed = guest.open(call("count"));
  await quiet();
  expect(numbers.map((number) => guest.result(number))).toEqual([{ value: 1 }, { value: 1 }, { value: 2 }]);
  expect(guest.result(unkeyed)).toEqual({ value: 3 });
  await quiet();
  const later = guest.open(call("count", {}, { key: "a" }));
  await quiet();
  expect(guest.result(later)).toEqual({ value: 1 });
});

test("a map keeps the order and its concurrency", async () => {
  const { guest, most } = play([
    {
      label: "slow",
      async run(input) {
        for (let turn = 0; turn < 5 - (Number(input) % 5); turn++)
          await new Promise((resolve) => setImmediate(resolve));
        return Number(input) * 10;
      },
    },
  ]);
  const inputs = Array.from({ length: 40 }, (_, index) => index);
  const number = guest.open(map("slow", inputs, { concurrency: 3 }));
  for (let turn = 0; turn < 20; turn++) await quiet();
  expect(guest.result(number)).toEqual({ value: inputs.map((input) => input * 10) });
  expect(most()).toBe(3);
  const empty = guest.open(map("slow", []));
  await quiet();
  expect(guest.result(empty)).toEqual({ value: [] });
});

test("a map fails with its first error and cancels the rest, or puts errors in their places", async () => {
  const picky: PlayedTask = {
    label: "picky",
    refuses: (input) => input === "bad",
    async run(input, _, cancelled) {
      if (input === "fails") throw thrown("DataError", "no such row", { code: "E1" });
      if (input === "waits") await cancelled;
      return input;
    },
  };
  const { guest, seen } = play([picky]);
  const failing = guest.open(map("picky", ["waits", "fails", "waits"]));
  const going = guest.open(map("picky", ["x", "fails", "bad", "y"], { onError: "continue" }));
  await quiet();
  expect(guest.result(failing)).toEqual({ error: "DataError: no such row", code: "E1" });
  expect(seen.filter((line) => line === "picky cancelled")).toHaveLength(2);
  expect(guest.result(going)).toEqual({
    value: [
      "x",
      { error: { name: "DataError", message: "no such row", code: "E1" } },
      {
        error: {
          name: "ValidationError",
          code: "INVALID_INPUT",
          message: expect.stringContaining("the input does not match"),
        },
      },
      "y",
    ],
  });
});

test("a map has up to 10,000 items, and calls are nested up to a depth", async () => {
  const { guest } = play([double]);
  const wide = guest.open(map("double", new Array(10_001).fill(1)));
  expect(guest.result(wide)).toMatchObject({ code: "FAN_OUT_LIMIT" });
  const deep = play([double], { depth: 33 });
  const number = deep.guest.open(call("double", 1));
  await quiet();
  expect(deep.guest.result(number)).toMatchObject({
    code: "CALL_DEPTH",
    error: expect.stringContaining("caller calls double"),
  });
});
