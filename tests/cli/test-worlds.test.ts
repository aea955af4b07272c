import { afterAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

let made = 0;

/** Runs the tests of a task with this program. Returns the JSON report, with tests by name. */
async function report(main: string, tests: Record<string, unknown>, ...args: string[]) {
  const metadata = JSON.stringify(tests).includes('"secrets"') ? { permissions: { secrets: ["KEY"] } } : {};
  const path = makeTask(folder.path, { label: `world-${made++}`, main, tests, metadata });
  const { stdout, stderr, exitCode } = await ratchet(["test", "--from-fs", path, "--json", ...args]);
  expect(stderr).toBe("");
  const parsed = JSON.parse(stdout) as {
    tests: {
      name: string;
      status: string;
      unusedMocks: string[];
      failure?: { message: string; differences: string[] };
    }[];
    problems: { file: string; severity: string; message: string }[];
  };
  const byName = Object.fromEntries(parsed.tests.map((one) => [one.name, one]));
  const failed = parsed.tests.filter(({ status }) => status === "failed").map(({ name }) => name);
  return { path, exitCode, failed, byName, problems: parsed.problems };
}

const ECHO = "(input) => input";

describe("expected_match", () => {
  const input = {
    id: "a-17",
    at: 1,
    tags: ["x", "y"],
    user: { name: "Ada", age: 36, address: null },
    price: 0.30000000000000004,
  };

  test("needs only what it names, and lists of equal length", async () => {
    const { exitCode, failed, byName } = await report(ECHO, {
      "part.json": { input, expected_match: { user: { name: "Ada" }, tags: ["x", "y"] } },
      "null.json": { input, expected_match: { user: { address: null } } },
      "wrong.json": { input, expected_match: { user: { name: "Bob", shoe: 5 }, tags: ["x"] } },
    });
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ["wrong"] });
    expect(byName.wrong?.failure).toMatchObject({
      message: "the output does not match the expected one",
      differences: [
        '/user/name: expected "Bob", got "Ada"',
        "/user/shoe: missing, expected 5",
        '/tags: expected 1 items, got 2: ["x","y"]',
      ],
    });
  });

  test.each<[string, unknown, unknown, boolean]>([
    ["$any", null, { $any: true }, true],
    ["$type", 1, { $type: "integer" }, true],
    ["$type", 1.5, { $type: "integer" }, false],
    ["$type, one of several", null, { $type: ["string", "null"] }, true],
    ["$type", [1], { $type: "object" }, false],
    ["$regex", "a-17", { $regex: "^a-\\d+$" }, true],
    ["$regex", "b-17", { $regex: "^a-\\d+$" }, false],
    ["$regex", 17, { $regex: "17" }, false],
    ["$contains, a text", "hello", { $contains: "ell" }, true],
    ["$contains, an item", [{ a: 1, b: 2 }], { $contains: { a: 1 } }, true],
    ["$contains, items in any order", [1, 2, 3], { $contains: [3, 1] }, true],
    ["$contains", [1], { $contains: [3, 1] }, false],
    ["$length", [1, 2], { $length: 2 }, true],
    ["$length", "ab", { $length: 3 }, false],
    ["$each", [1, 2], { $each: { $gt: 0 } }, true],
    ["$each", [1, "2"], { $each: { $type: "number" } }, false],
    ["$oneOf", "b", { $oneOf: ["a", "b"] }, true],
    ["$not", "b", { $not: { $oneOf: ["a", "b"] } }, false],
    ["$equal", { a: 1, b: 2 }, { $equal: { a: 1 } }, false],
    ["$equal, for names with $", { $x: 1 }, { $equal: { $x: 1 } }, true],
    ["$gte and $lt", 5, { $gte: 5, $lt: 6 }, true],
    ["$gt of texts", "b", { $gt: "a" }, true],
    ["$lte", 5, { $lte: "6" }, false],
    ["$closeTo", 0.1 + 0.2, { $closeTo: 0.3 }, true],
    ["$closeTo", 0.31, { $closeTo: 0.3 }, false],
    ["$closeTo with $within", 0.31, { $closeTo: 0.3, $within: 0.02 }, true],
  ])("%s: %j and %j", async (_, value, matcher, passes) => {
    const { exitCode } = await report(ECHO, { "one.json": { input: { value }, expected_match: { value: matcher } } });
    expect(exitCode).toBe(passes ? 0 : 1);
  });

  test("$absent, alone and of a member that is there", async () => {
    const { failed, byName } = await report(ECHO, {
      "absent.json": { input, expected_match: { nothing: { $absent: true } } },
      "there.json": { input, expected_match: { id: { $absent: true } } },
      "missing.json": { input, expected_match: { nothing: { $any: true } } },
    });
    expect(failed).toEqual(["missing", "there"]);
    expect(byName.there?.failure?.differences).toEqual(['/id: not expected, got "a-17"']);
    expect(byName.missing?.failure?.differences).toEqual(['/nothing: missing, expected {"$any":true}']);
  });

  test("a matcher that does not exist is a problem with its place, and expected_output has no matchers", async () => {
    const { exitCode, problems, byName } = await report(ECHO, {
      "typo.json": '{\n  "input": 1,\n  "expected_match": { "a": { "$regexp": "x" } }\n}',
      "exact.json": { input: { $any: true }, expected_output: { $any: true } },
    });
    expect(exitCode).toBe(3);
    expect(problems[0]).toMatchObject({ line: 3, remedy: expect.stringContaining("Did you mean $regex?") });
    expect(byName.exact?.status).toBe("passed");
  });

  test("a regular expression that would take forever is refused or runs in linear time", async () => {
    const { exitCode } = await report(ECHO, {
      "slow.json": { input: "a".repeat(40_000), expected_match: { $regex: "^(a+)+b$" } },
    });
    expect(exitCode).toBe(1);
  });

  test("an error can be matched by its members", async () => {
    const main = `function main() { throw new HttpError(404, "no user 17"); }`;
    const { exitCode, failed, byName } = await report(main, {
      "right.json": { input: 1, expected_error: { name: "HttpError", status: 404, message: { $contains: "17" } } },
      "wrong.json": { input: 1, expected_error: { status: 500 } },
    });
    expect({ exitCode, failed }).toEqual({ exitCode: 1, failed: ["wrong"] });
    expect(byName.wrong?.failure?.differences).toEqual(["/status: expected 500, got 404"]);
  });
});

describe("clock and seed", () => {
  test("fix what the clock reads, also while the program loads", async () => {
    const main = `const loaded = Date.now();
      (function () { return [loaded, Date.now(), new Date().toISOString(), performance.now(), performance.now()]; })`;
    const at = Date.parse("2026-11-28T10:00:00+01:00");
    const expected = [at, at, "2026-11-28T09:00:00.000Z", 0, 0];
    const { exitCode, byName } = await report(main, {
      "text.json": { input: 1, clock: "2026-11-28T10:00:00+01:00", expected_output: expected },
      "number.json": { input: 1, clock: at, expected_output: expected },
      "real.json": { input: 1, expected_match: { $not: { $contains: [at] } } },
    });
    expect({ exitCode, byName }).toEqual({ exitCode: 0, byName });
  });

  test("let time pass from timer to timer, without waiting", async () => {
    const main = `async function main() {
      const order = [];
      const sleep = (ms, name) => new Promise((done) => setTimeout(() => { order.push(name + Date.now()); done(); }, ms));
      await Promise.all([sleep(3_600_000, "b"), sleep(60_000, "a")]);
      const until = Date.now() + 86_400_000;
      while (Date.now() < until) await sleep(3_600_000, "");
      return [order.slice(0, 2), order.length, performance.now()];
    }`;
    const { exitCode, byName } = await report(main, {
      "hours.json": {
        input: 1,
        clock: 0,
        expected_output: [["a60000", "b3600000"], 26, 90_000_000],
      },
    });
    expect({ exitCode, byName }).toEqual({ exitCode: 0, byName });
  });

  test("a delayed response races timers, and the clock shows its delay", async () => {
    const main = `async function main({ timeout }) {
      const start = Date.now();
      const response = await fetch("https://api.test/slow", { signal: AbortSignal.timeout(timeout) }).catch((e) => e.name);
      return [response.status ?? response, Date.now() - start];
    }`;
    const mock = { http: { url: "/slow", delay: "150ms", body: "ok" } };
    const { exitCode, byName } = await report(main, {
      "in-time.json": { input: { timeout: 60_000 }, clock: 0, mock, expected_output: [200, 150] },
      "late.json": { input: { timeout: 20 }, clock: 0, mock, expected_output: ["TimeoutError", 20] },
    });
    expect({ exitCode, byName }).toEqual({ exitCode: 0, byName });
  });

  test("a seed determines everything random, and different seeds differ", async () => {
    const main = `(function (_, { executionId }) {
      return [Math.random(), Math.random(), crypto.randomUUID(), [...crypto.getRandomValues(new Uint8Array(40))], executionId];
    })`;
    const seeded = (seed: unknown) => ({ input: 1, seed });
    const path = makeTask(folder.path, {
      label: "seeded",
      main,
      tests: { "a.json": seeded(1), "b.json": seeded(1), "c.json": seeded("two") },
    });
    expect((await ratchet(["test", "--from-fs", path, "--update"])).exitCode).toBe(0);
    const values = await Promise.all(
      ["a", "b", "c"].map(async (name) => (await Bun.file(join(path, "tests", `${name}.json`)).json()).expected_output),
    );
    expect(values[0]).toEqual(values[1]);
    for (const [index, value] of values[0].entries()) expect(values[2][index]).not.toEqual(value);
    expect((await ratchet(["test", "--from-fs", path])).exitCode).toBe(0);
  });
});

test("a test has its own time zone, which an option overrides", async () => {
  const main = "() => [new Date().getHours(), Intl.DateTimeFormat().resolvedOptions().timeZone]";
  const test = { input: 1, clock: "2026-11-28T10:00:00Z", timezone: "Asia/Tokyo", expected_output: [19, "Asia/Tokyo"] };
  const { exitCode, path } = await report(main, { "one.json": test });
  expect(exitCode).toBe(0);
  const { stdout } = await ratchet(["test", "--from-fs", path, "--timezone", "Europe/Berlin"]);
  expect(stdout).toContain('expected "Asia/Tokyo", got "Europe/Berlin"');
  const wrong = await report(main, { "one.json": { ...test, timezone: "Asia/Nowhere" } });
  expect(wrong).toMatchObject({ exitCode: 3, problems: [{ message: "The time zone does not exist." }] });
});

describe("mocks", () => {
  const CALL = `async function main({ calls }) {
    const seen = [];
    for (const [url, init] of calls) {
      try {
        const response = await fetch("https://api.test" + url, init);
        seen.push(response.status === 200 ? await response.text() : response.status);
      } catch (error) {
        seen.push(error.message);
      }
    }
    return seen;
  }`;

  test("by glob and by regular expression", async () => {
    const { exitCode, byName } = await report(CALL, {
      "glob.json": {
        input: { calls: [["/users/1"], ["/users/1/orders"], ["/users/1/a/b"], ["/a*b"]] },
        mock: {
          http: [
            { url: "/users/*", body: "user" },
            { url: "https://api.test/users/*/orders", body: "orders" },
            { url: "**/b", body: "deep" },
            { url: "/a\\*b", body: "star" },
          ],
        },
        expected_output: ["user", "orders", "deep", "star"],
      },
      "regex.json": {
        input: { calls: [["/users/1?page=2"], ["/users/x"]] },
        mock: { http: [{ url: { $regex: "/users/\\d+\\?page=\\d$" }, body: "page" }] },
        expected_match: [
          "page",
          { $contains: "no mock matches GET https://api.test/users/x; the nearest mock is ANY //users/" },
        ],
      },
    });
    expect({ exitCode, byName }).toEqual({ exitCode: 0, byName });
  });

  test("by the request's body and headers", async () => {
    const post = (body: unknown, headers = {}) => ({
      method: "POST",
      body: typeof body === "string" ? body : JSON.stringify(body),
      headers,
    });
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const { exitCode, byName } = await report(CALL, {
      "body.json": {
        input: {
          calls: [
            ["/x", post({ user: { name: "Ada", age: 36 } })],
            ["/x", post({ user: { name: "Bob" } }, { authorization: "Bearer t" })],
            ["/x", post("plain")],
            ["/x", post("a=1&b=2", form)],
            ["/x", post({ user: { name: "Eve" } })],
          ],
        },
        mock: {
          http: [
            { url: "/x", request_body: { user: { name: "Ada" } }, body: "1" },
            { url: "/x", request_headers: { Authorization: { $regex: "^Bearer " } }, body: "2" },
            { url: "/x", request_body: "plain", body: "3" },
            { url: "/x", request_body: { b: "2" }, body: "4" },
          ],
        },
        expected_match: ["1", "2", "3", "4", { $contains: 'the body differs: /user/name: expected "Ada", got "Eve"' }],
      },
    });
    expect({ exitCode, byName }).toEqual({ exitCode: 0, byName });
  });

  test("a sequence of responses, whose last one is repeated", async () => {
    const { exitCode, byName } = await report(CALL, {
      "all.json": {
        input: { calls: [["/x"], ["/x"], ["/x"], ["/x"]] },
        mock: { http: { url: "/x", responses: [{ status: 503 }, { error: "reset ECONNRESET" }, { body: "ok" }] } },
        expected_output: [503, "reset ECONNRESET (GET https://api.test/x)", "ok", "ok"],
      },
      "some.json": {
        input: { calls: [["/x"]] },
        mock: { http: { url: "/x", responses: [{ status: 503 }, { body: "ok" }] } },
        expected_output: [503],
      },
    });
    expect({ exitCode, byName }).toEqual({ exitCode: 0, byName });
    expect(byName.all?.unusedMocks).toEqual([]);
    expect(byName.some?.unusedMocks).toEqual(["ANY /x (1 of 2 responses were used)"]);
  });

  test("a body of bytes, and a delay", async () => {
    const main = `async function main() {
      const before = Date.now();
      const bytes = new Uint8Array(await (await fetch("https://api.test/b")).arrayBuffer());
      return [[...bytes], Date.now() - before >= 30];
    }`;
    const { exitCode } = await report(main, {
      "one.json": {
        input: 1,
        mock: { http: { url: "/b", body_base64: "AP8B", delay: 40 } },
        expected_output: [[0, 255, 1], true],
      },
    });
    expect(exitCode).toBe(0);
  });

  test("unused ones are reported although the test passes", async () => {
    const tests = {
      "one.json": { input: { calls: [] }, mock: { http: { url: "/never", method: "get" } }, expected_output: [] },
    };
    const { exitCode, path, byName } = await report(CALL, tests);
    expect({ exitCode, unused: byName.one?.unusedMocks }).toEqual({ exitCode: 0, unused: ["GET /never"] });
    const shown = async (...args: string[]) => (await ratchet(["test", "--from-fs", path, ...args])).stdout;
    expect(await shown()).toContain("      unused mock: GET /never\n1 passed");
    expect(await shown("--reporter", "junit")).toContain("<system-out>unused mock: GET /never</system-out>");
    expect(await shown("--reporter", "tap")).toContain('  unusedMocks: ["GET /never"]');
    expect(await shown("--reporter", "github")).toContain("::warning file=");
  });
});

describe("fixture files", () => {
  const main = `async function main({ path, user }, { secrets }) {
    return [await (await fetch("https://api.test" + path)).text(), user, secrets.KEY, Date.now()];
  }`;
  const api = {
    input: { user: "Ada" },
    clock: 5,
    secrets: { KEY: "shared" },
    mock: {
      http: [
        { url: "/v/a", body: "shared a" },
        { url: "/v/b", body: "b" },
        { url: "/v/c", body: "c" },
      ],
    },
  };

  test("are shared by several tests, whose own values and mocks come first", async () => {
    const { exitCode, byName, problems, path } = await report(main, {
      "a.json": { fixtures: "api.json", input: { path: "/v/a" }, expected_output: ["shared a", "Ada", "shared", 5] },
      "b.json": {
        fixtures: ["api.json"],
        input: { path: "/v/b", user: "Bob" },
        clock: 6,
        secrets: { KEY: "own" },
        expected_output: ["b", "Bob", "own", 6],
      },
      "own.json": {
        fixtures: ["api.json"],
        input: { path: "/v/a" },
        mock: { http: { url: "/v/a", body: "own a" } },
        expected_match: ["own a", { $any: true }, { $any: true }, { $any: true }],
      },
      "api.json": api,
    });
    expect({ exitCode, byName }).toEqual({ exitCode: 0, byName });
    expect(Object.values(byName).flatMap(({ unusedMocks }) => unusedMocks)).toEqual([]);
    expect(problems).toEqual([
      expect.objectContaining({
        file: join(path, "tests", "api.json"),
        severity: "warning",
        message: "No test used the mock ANY /v/c.",
      }),
    ]);
    expect((await ratchet(["validate", "--from-fs", path])).exitCode).toBe(0);
  });

  test("that are missing or wrong are problems", async () => {
    const { exitCode, problems } = await report(main, {
      "missing.json": '{\n"input": {},\n"fixtures": "fixtures/none.json",\n"expected_output": 1}',
      "wrong.json": { fixtures: "bad.json", expected_output: 1 },
      "bad.json": { clock: "now", mocks: {} },
    });
    expect(exitCode).toBe(3);
    expect(problems.map(({ message }) => message).sort()).toEqual([
      "The clock is not a time.",
      "There is no file tests/fixtures/none.json.",
      'Unknown field "mocks"; it has no effect.',
    ]);
  });
});
