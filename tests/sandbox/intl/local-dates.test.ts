import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { JsonValue } from "../../../src/domain/json.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { createInlineExecutor } from "../../../src/sandbox/inline.ts";
import { outputOf } from "../../conformance/request.ts";

/** The source of a function that does everything with local time. Both the guest and another process evaluate it. */
const LOCAL = `(times) => times.map(([time, other]) => {
  const date = new Date(time);
  const getters = ["FullYear", "Month", "Date", "Day", "Hours", "Minutes", "Seconds", "Milliseconds", "TimezoneOffset"];
  const fields = getters.map((name) => date["get" + name]());
  const made = new Date(fields[0], fields[1], fields[2], fields[4], fields[5], fields[6], fields[7]);
  const set = (name, ...values) => {
    const copy = new Date(time);
    return [copy["set" + name](...values), copy.getTime()];
  };
  const parts = new Date(other);
  // What the time of a zone was called long ago is nobody's standard.
  const named = (text) => (time > 1.4e12 ? text : text.replace(/ \\(.*/, ""));
  return [
    fields,
    made.getTime(),
    set("Hours", parts.getUTCHours(), parts.getUTCMinutes()),
    set("Minutes", 90),
    set("Month", parts.getUTCMonth()),
    set("Date", parts.getUTCDate()),
    set("FullYear", parts.getUTCFullYear(), 2, 31),
    set("Seconds", -1),
    set("Milliseconds", NaN),
    named(date.toString()),
    date.toDateString(),
    named(date.toTimeString()),
    Date.parse(parts.toISOString().slice(0, -1)),
    Date.parse(parts.toISOString()),
    Date.parse(parts.toISOString().slice(0, 10)),
  ];
})`;

const ZONES = [
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kolkata",
  "America/Sao_Paulo",
  "Pacific/Apia",
];
/** Transitions of these zones, and times around them. */
const near = fc
  .tuple(
    fc.constantFrom(1711846800000, 1729990800000, 1710054000000, 1730610000000, 1712417400000, 1325239200000),
    fc.integer({ min: -4 * 3_600_000, max: 4 * 3_600_000 }),
  )
  .map(([at, around]) => at + around);
const time = fc.oneof(near, fc.integer({ min: -5e12, max: 5e12 }));

let executor: Executor;
beforeAll(() => {
  executor = createInlineExecutor();
});
afterAll(() => executor.stop());

describe("Date in a time zone", () => {
  test.each(ZONES)("is what it is in a process in %s", async (zone) => {
    const times = fc.sample(fc.tuple(time, fc.integer({ min: 0, max: 4e12 })), { numRuns: 150, seed: 7 });
    const guest = (await outputOf(executor, `(input) => (${LOCAL})(input)`, {
      input: times as JsonValue,
      timeZone: zone,
      limits: { timeMs: 30_000 },
    })) as JsonValue[];
    const host = JSON.parse(await elsewhere(zone, times)) as JsonValue[];
    for (const [i, expected] of host.entries())
      expect({ time: times[i], result: guest[i] }).toEqual({ time: times[i], result: expected } as never);
  });

  test("does not depend on the time zone of the process, nor change it", async () => {
    const before = new Date(2024, 6, 1).getTime();
    const code =
      "() => [new Date(2024, 6, 1).toISOString(), new Date(0).getTimezoneOffset(), new Intl.DateTimeFormat().resolvedOptions().timeZone]";
    expect(await outputOf(executor, code, { timeZone: "Asia/Tokyo" })).toEqual([
      "2024-06-30T15:00:00.000Z",
      -540,
      "Asia/Tokyo",
    ]);
    expect(await outputOf(executor, code)).toEqual(["2024-07-01T00:00:00.000Z", 0, "UTC"]);
    expect(new Date(2024, 6, 1).getTime()).toBe(before);
  });

  test("is the zone's for a program's top level too, each time", async () => {
    const code = "const made = new Date(2024, 0, 1).toISOString(); () => made";
    for (const _ of [1, 2]) {
      expect(await outputOf(executor, code, { timeZone: "Asia/Tokyo" })).toBe("2023-12-31T15:00:00.000Z");
      expect(await outputOf(executor, code)).toBe("2024-01-01T00:00:00.000Z");
    }
  });

  test("keeps what a constructor and a prototype have to be", async () => {
    const code = `() => {
      class Day extends Date { twice() { return this.getHours() * 2; } }
      const names = ["getHours", "setHours", "toString", "getYear"];
      return [
        Date.name, Date.length, Date.prototype.constructor === Date, new Day(2024, 0, 1, 5).twice(), typeof Date(),
        names.map((name) => [Date.prototype[name].name, Date.prototype[name].length, "prototype" in Date.prototype[name]]),
        Object.keys(Date), String(new Date(NaN)), new Date(NaN).getHours(), new Date(2024, NaN).getTime(),
        new Date("2024-13-01T00:00").getTime(), new Date(99, 0, 1).getFullYear(),
      ];
    }`;
    const methods = [
      ["getHours", 0, false],
      ["setHours", 4, false],
      ["toString", 0, false],
      ["getYear", 0, false],
    ];
    expect(await outputOf(executor, code, { timeZone: "Europe/Berlin" })).toEqual([
      ...["Date", 7, true, 10, "string", methods, [], "Invalid Date", null, null, null, 1999],
    ]);
  });
});

/** Evaluates {@link LOCAL} in a process whose time zone this is. */
async function elsewhere(zone: string, times: unknown): Promise<string> {
  const code = `process.stdout.write(JSON.stringify((${LOCAL})(${JSON.stringify(times)})))`;
  const child = Bun.spawn([process.execPath, "-e", code], { env: { ...process.env, TZ: zone }, stdout: "pipe" });
  return await new Response(child.stdout).text();
}
