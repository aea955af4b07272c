import { expect, test } from "bun:test";
import fc from "fast-check";
import { createRefusalCount } from "../../src/api/http/refusal-count.ts";
import type { AuditDraft } from "../../src/domain/audit.ts";

interface Stored extends AuditDraft {
  outcome: string;
  count: number;
}

function createCount() {
  const stored: Stored[] = [];
  let end = () => {};
  const clock = {
    after: (_ms: number, run: () => void) => {
      end = run;
      return { cancel: () => {} };
    },
  };
  const refusals = createRefusalCount((draft, outcome, count) => void stored.push({ ...draft, outcome, count }), clock);
  const add = ({ outcome = "UNAUTHENTICATED", ...draft }: Partial<Stored>) =>
    refusals.add({ actor: "anonymous", action: "listJobs", target: "jobs", address: "192.0.2.1", ...draft }, outcome);
  const refuse = (address: string, outcome = "UNAUTHENTICATED") => add({ address, outcome });
  /** Refuses one request each from many addresses without credentials. */
  const flood = (size: number, draft: Partial<Stored> = {}) => {
    for (let at = 0; at < size; at++) add({ address: `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`, ...draft });
  };
  return { stored, add, refuse, flood, endPeriod: () => end() };
}

const VIEWERS = ["key:one", "key:two", "key:three"];
const viewerRefusals = VIEWERS.flatMap((actor) => [
  { actor, action: "createJob", target: "jobs", address: "192.0.2.1", outcome: "FORBIDDEN" },
  { actor, action: "deleteJob", target: "jobs/1", address: "192.0.2.1", outcome: "FORBIDDEN" },
]);

test("the first hundred refusals of a caller have their own entries, and the rest becomes one", () => {
  const { stored, refuse, endPeriod } = createCount();
  for (let at = 0; at < 250; at++) refuse("192.0.2.1");
  refuse("192.0.2.2");
  refuse("192.0.2.1", "FORBIDDEN");
  expect(stored).toHaveLength(102);
  endPeriod();
  expect(stored).toHaveLength(103);
  expect(stored.at(-1)).toMatchObject({
    actor: "anonymous",
    address: "192.0.2.1",
    outcome: "UNAUTHENTICATED",
    count: 150,
  });
  for (let at = 0; at < 3; at++) refuse("192.0.2.1");
  endPeriod();
  expect(stored).toHaveLength(106);
});

test("a flood from many addresses is bounded, and none of it is forgotten", () => {
  const { stored, flood, endPeriod } = createCount();
  flood(20_000);
  expect(stored).toHaveLength(3_000);
  endPeriod();
  expect(stored.length).toBeLessThan(3_010);
  expect(stored.reduce((sum, { count }) => sum + count, 0)).toBe(20_000);
});

test("a flood without credentials from one address takes nothing from other callers", () => {
  const { stored, add, refuse, endPeriod } = createCount();
  for (let at = 0; at < 10_000; at++) refuse("192.0.2.1");
  expect(stored).toHaveLength(100);
  for (const refusal of viewerRefusals) add(refusal);
  refuse("192.0.2.2");
  const others = [...viewerRefusals, { actor: "anonymous", address: "192.0.2.2" }];
  expect(stored.slice(100)).toMatchObject(others.map((one) => ({ ...one, count: 1 })));
  endPeriod();
  expect(stored.slice(107)).toMatchObject([{ actor: "anonymous", address: "192.0.2.1", count: 9_900 }]);
});

test("a flood without credentials from many addresses takes nothing from keys, users and tokens", () => {
  const { stored, add, flood } = createCount();
  flood(20_000);
  for (const refusal of viewerRefusals) add(refusal);
  expect(stored.slice(3_000)).toEqual(viewerRefusals.map((one) => ({ ...one, count: 1 })));
});

test("a key that is used from many addresses is one caller", () => {
  const { stored, flood, endPeriod } = createCount();
  flood(5_000, { actor: "key:leaked", outcome: "FORBIDDEN" });
  expect(stored).toHaveLength(100);
  endPeriod();
  expect(stored.slice(100)).toMatchObject([{ actor: "key:leaked", action: "listJobs", address: "", count: 4_900 }]);
});

test("beyond the limit of all, refusals without credentials are counted by action, with what they have in common", () => {
  const { stored, add, flood, endPeriod } = createCount();
  flood(3_000);
  add({ action: "createJob", target: "jobs", address: "192.0.2.8" });
  add({ action: "createJob", target: "jobs", address: "192.0.2.8" });
  add({ action: "deleteJob", target: "jobs/1", address: "192.0.2.8" });
  add({ action: "deleteJob", target: "jobs/2", address: "192.0.2.9" });
  add({ action: "deleteJob", target: "jobs/2", address: "192.0.2.9", outcome: "ORIGIN_NOT_ALLOWED" });
  endPeriod();
  const shared = { actor: "anonymous", outcome: "UNAUTHENTICATED" };
  expect(stored.slice(3_000)).toEqual([
    { ...shared, action: "createJob", target: "jobs", address: "192.0.2.8", count: 2 },
    { ...shared, action: "deleteJob", target: null, address: "", count: 2 },
    { ...shared, action: "deleteJob", target: "jobs/2", address: "192.0.2.9", outcome: "ORIGIN_NOT_ALLOWED", count: 1 },
  ]);
});

test("callers with credentials have a limit of all, beyond which each has an entry for each action", () => {
  const { stored, add, refuse, endPeriod } = createCount();
  for (let at = 0; at < 40; at++) {
    for (let again = 0; again < 90; again++) add({ actor: `jwt:${at}`, outcome: "FORBIDDEN" });
  }
  expect(stored).toHaveLength(3_000);
  for (const refusal of viewerRefusals) add(refusal);
  refuse("192.0.2.2");
  expect(stored).toHaveLength(3_001);
  endPeriod();
  const counted = stored.slice(3_001);
  expect(counted.reduce((sum, { count }) => sum + count, 0)).toBe(600 + viewerRefusals.length);
  for (const refusal of viewerRefusals) expect(counted).toContainEqual({ ...refusal, count: 1 });
});

test("an entry never mixes actors, actions or outcomes, and every refusal is in one", () => {
  const refusal = fc.record({
    actor: fc.constantFrom("anonymous", "local", "key:ci", "user:ada"),
    action: fc.constantFrom("createJob", "deleteJob"),
    outcome: fc.constantFrom("UNAUTHENTICATED", "FORBIDDEN"),
    address: fc.constantFrom("192.0.2.1", "192.0.2.2", "2001:db8::1"),
    times: fc.integer({ min: 1, max: 150 }),
  });
  const total = (entries: readonly (Pick<Stored, "actor" | "action" | "outcome"> & { count: number })[]) => {
    const sums: Record<string, number> = {};
    for (const { actor, action, outcome, count } of entries) {
      const kind = `${actor} ${action} ${outcome}`;
      sums[kind] = (sums[kind] ?? 0) + count;
    }
    return sums;
  };
  fc.assert(
    fc.property(fc.array(refusal, { minLength: 1 }), fc.boolean(), (all, isFlooded) => {
      const { stored, add, flood, endPeriod } = createCount();
      if (isFlooded) flood(3_000, { action: "getJob" });
      for (const { times, ...one } of all) for (let at = 0; at < times; at++) add(one);
      endPeriod();
      const sent = all.map(({ times, ...one }) => ({ ...one, count: times }));
      expect(total(stored.filter(({ action }) => action !== "getJob"))).toEqual(total(sent));
    }),
    { numRuns: 40 },
  );
});
