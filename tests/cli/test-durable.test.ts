import { afterAll, describe, expect, test } from "bun:test";
import { makeTask } from "../support/made-task.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

/** Tests a task and returns the results by the names of the tests. */
async function results(label: string, main: string, tests: Record<string, unknown>, metadata = {}) {
  const named = Object.fromEntries(Object.entries(tests).map(([name, content]) => [`${name}.json`, content]));
  const path = makeTask(folder.path, { label, main, tests: named, metadata });
  const { stdout, stderr, exitCode } = await ratchet(["test", path, "--json"]);
  if (stdout === "") throw new Error(stderr);
  const report = JSON.parse(stdout);
  return {
    exitCode,
    report,
    by: (name: string) => report.tests.find((result: { name: string }) => result.name === name),
  };
}

const ORDER = `async ({ sum }, context) => {
  const { id } = await context.call("charge-card", { sum });
  try {
    const { approved } = await context.approve({ title: "Ship?", timeout: "2d" });
    if (!approved) throw new DataError("not approved");
    return { id, reference: await context.waitFor("paid", { timeout: "3d" }) };
  } catch (error) {
    await context.call("refund-card", { id });
    throw error;
  }
}`;

describe("mocks of a durable run", () => {
  test("answer calls, approvals and signals, and what is not mocked fails the test", async () => {
    const charge = { task: "charge-card", input: { sum: { $gt: 0 } }, output: { id: 7 } };
    const { by } = await results("order", ORDER, {
      paid: {
        input: { sum: 5 },
        expected_output: { id: 7, reference: "R1" },
        mock: {
          tasks: [charge],
          approvals: [{ title: "Ship?", approved: true }],
          signals: [{ name: "paid", payload: "R1", after: "2d" }],
        },
      },
      rejected: {
        input: { sum: 5 },
        expected_error: { name: "DataError" },
        mock: {
          tasks: [charge, { task: "refund-card", input: { id: 7 }, output: null }],
          approvals: [{ approved: false }],
        },
      },
      late: {
        input: { sum: 5 },
        expected_error: "TimeoutError",
        mock: {
          tasks: [charge, { task: "refund-card", output: null }],
          approvals: [{ approved: true }],
          signals: [{ name: "paid", payload: "R1", after: "4d" }],
        },
      },
      refused: {
        input: { sum: 5 },
        expected_error: { name: "RateLimitError", message: "slow down" },
        mock: { tasks: [{ task: "charge-card", error: { name: "RateLimitError", message: "slow down" } }] },
      },
      forgotten: { input: { sum: 5 }, expected_error: "Error", mock: { approvals: [{ approved: false }] } },
      different: { input: { sum: -1 }, expected_error: "Error", mock: { tasks: [charge] } },
      nothing: { input: { sum: 5 }, expected_error: "Error" },
    });
    for (const name of ["paid", "rejected", "late", "refused"]) expect(by(name)).toMatchObject({ status: "passed" });
    const missing = "The task called charge-card, which has no mock: add one to mock.tasks.";
    expect(by("forgotten")).toMatchObject({ status: "failed", failure: { message: missing } });
    expect(by("nothing")).toMatchObject({ status: "failed", failure: { message: missing } });
    expect(by("different").failure.message).toContain("no mock of it matches the input (/sum: ");
  });

  test("that are not used are reported", async () => {
    const { by } = await results("idle", "() => 1", {
      one: {
        input: {},
        expected_output: 1,
        mock: {
          tasks: [{ task: "a", output: 1 }],
          signals: [{ name: "b" }],
          approvals: [{ title: "c?", approved: true }],
        },
      },
    });
    expect(by("one")).toMatchObject({ status: "passed", unusedMocks: ["task a", "signal b", "approval c?"] });
  });

  test("several of one task answer in order, and the last one again and again", async () => {
    const main = `async (_, context) => {
      const seen = [];
      for (let i = 0; i < 4; i++) seen.push(await context.call("a").catch((error) => error.code));
      return seen;
    }`;
    const tasks = [
      { task: "a", error: { name: "Error", message: "no", code: "E1" } },
      { task: "a", output: 1 },
      { task: "a", output: 2 },
    ];
    const { by } = await results("sequence", main, {
      one: { input: {}, expected_output: ["E1", 1, 2, 2], mock: { tasks } },
    });
    expect(by("one")).toMatchObject({ status: "passed" });
  });
});

describe("time", () => {
  test("jumps over sleeps, in the order of their ends, and the task's clock with it", async () => {
    const main = `async (_, context) => {
      const start = Date.now();
      const first = await Promise.race([context.sleep("10d").then(() => "late"), context.sleep("1d").then(() => "early")]);
      const afterDay = Date.now() - start;
      await context.sleep("2w");
      let hours = 0;
      while (Date.now() < start + 20 * 86400000) { await context.sleep("1h"); hours++; }
      return { first, day: Math.floor(afterDay / 86400000), hours };
    }`;
    const expected_output = { first: "early", day: 1, hours: 120 };
    const { by } = await results("sleeps", main, {
      real: { input: {}, expected_output },
      fixed: { input: {}, clock: "2026-11-28T10:00:00Z", seed: 1, expected_output },
    });
    expect(by("real")).toMatchObject({ status: "passed" });
    expect(by("fixed")).toMatchObject({ status: "passed" });
  });

  test("goes on too if the task has a timer of its own, which keeps it awake", async () => {
    const main = `async (_, context) => {
      const timer = setInterval(() => {}, 10);
      await context.sleep("1d");
      clearInterval(timer);
      return "done";
    }`;
    const { by } = await results("awake", main, { one: { input: {}, expected_output: "done" } });
    expect(by("one")).toMatchObject({ status: "passed" });
  });

  test("does not hide a wait that nothing ends", async () => {
    const { by } = await results("stuck", "async (_, context) => context.waitFor('never')", {
      one: { input: {}, expected_output: 1 },
    });
    expect(by("one")).toMatchObject({
      status: "failed",
      failure: { message: expect.stringContaining("nobody sends the signal") },
    });
  });
});
test("a stream is compared as the list of its items", async () => {
  const { by } = await results(
    "stream",
    "async function* main({ count }) { for (let i = 0; i < count; i++) yield { i }; return 5; }",
    {
      one: { input: { count: 2 }, expected_output: [{ i: 0 }, { i: 1 }] },
    },
  );
  expect(by("one")).toMatchObject({ status: "passed" });
});
