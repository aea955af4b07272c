import { afterEach, beforeEach, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonObject } from "../../src/domain/json.ts";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

const VALUE = 'value "of" a/secret';

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
});
afterEach(() => place[Symbol.dispose]());

/** Writes a task that declares secrets, with tests. */
function writeTask(code: string, secrets: unknown, tests: Record<string, unknown>, label = "own"): void {
  place.writeTask(label, code, { permissions: { secrets } } as JsonObject);
  for (const [name, test] of Object.entries(tests))
    place.write(`tasks/${label}/tests/${name}.json`, JSON.stringify(test));
}

/** Shows a value without showing it. */
const REVERSED = "(input, { secrets }) => Object.values(secrets).map((value) => [...value].reverse().join(''))";
const reversed = (text: string) => [...text].reverse().join("");

interface Report {
  tests: {
    name: string;
    status: string;
    unusedMocks: string[];
    failure?: { message: string; differences: string[] };
  }[];
}

async function run(args: string[] = [], options: { env?: Record<string, string>; stdin?: string } = {}) {
  const { code, stdout, stderr } = await place.ratchet(["test", "tasks", "--json", ...args], options);
  const { tests } = JSON.parse(stdout === "" ? '{"tests":[]}' : stdout) as Report;
  const failures = Object.fromEntries(tests.flatMap(({ name, failure }) => (failure ? [[name, failure]] : [])));
  return { code, stdout, stderr, failures };
}

test("secrets come from --secret, else the env file, else the environment, else the database", async () => {
  const expected = ["one", "two", "three", "four"].map(reversed);
  writeTask(REVERSED, ["A", "B", "C", "D"], { all: { input: 1, expected_output: expected } });
  for (const name of ["A", "B", "C", "D"]) await place.ratchet(["secrets", "set", name], { stdin: "four" });
  place.write("all.env", "A=two\nB=two\n");
  const env = { RATCHET_SECRET_A: "three", RATCHET_SECRET_B: "three", RATCHET_SECRET_C: "three" };
  const options = ["--secret", "A=@-", "--env-file", "all.env"];
  expect(await run(options, { env, stdin: "one\n" })).toMatchObject({ code: 0, stderr: "", failures: {} });
});

test("a secret without a value fails the tests that need it, by name, whatever they expect", async () => {
  writeTask(REVERSED, ["API_KEY"], {
    outside: { input: 1, expected_error: "CONFIG_INVALID" },
    own: { input: 1, secrets: { API_KEY: "abc" }, expected_output: ["cba"] },
  });
  for (const args of [[], ["--update"]]) {
    const { code, failures } = await run(args);
    expect(code).toBe(1);
    expect(Object.keys(failures)).toEqual(["outside"]);
    const { message, differences } = failures.outside ?? {};
    expect(message).toContain('The secret API_KEY has no value, and the task "own" needs it.');
    expect(differences?.join()).toContain("RATCHET_SECRET_API_KEY");
  }
});

test("a test can't give a task a secret that it does not declare", async () => {
  writeTask("() => 1", [], { own: { input: 1, secrets: { API_KEY: "abc" }, expected_output: 1 } });
  const { code, failures } = await run();
  expect([code, failures.own?.message]).toEqual([1, expect.stringContaining("has the secret API_KEY, which the task")]);
});

test("a value in the command line, and a secret that no task declares, are wrong usage", async () => {
  writeTask("() => 1", ["API_KEY"], { one: { input: 1, expected_output: 1 } });
  for (const args of [
    ["--secret", "API_KEY=hunter2"],
    ["--secret", "API_KYE=@key.txt"],
  ]) {
    const { code, stdout, stderr } = await run(args);
    expect([args, code, stdout]).toEqual([args, 2, ""]);
    expect(stderr).not.toContain("hunter2");
  }
});

test("a value from outside is masked in what tests compare, report and write", async () => {
  const code = `(input, { secrets: { API_KEY } }) => {
    console.log("log " + API_KEY);
    if (input.fail) throw new Error("failed with " + API_KEY);
    return { header: "Bearer " + API_KEY, form: new URLSearchParams({ API_KEY }).toString() };
  }`;
  const masked = { header: "Bearer [secret API_KEY]", form: "API_KEY=[secret API_KEY]" };
  writeTask(code, ["API_KEY"], {
    right: { input: {}, expected_output: masked },
    wrong: { input: {}, expected_output: 1 },
    fails: { input: { fail: true }, expected_output: 1 },
    new: { input: {} },
    own: { input: {}, secrets: { API_KEY: "in the file" }, expected_match: { header: "Bearer in the file" } },
  });
  const env = { RATCHET_SECRET_API_KEY: VALUE };
  for (const reporter of ["pretty", "json", "junit", "tap", "github"]) {
    const { code, stdout, stderr } = await place.ratchet(["test", "tasks", "--reporter", reporter], { env });
    expect([reporter, code]).toEqual([reporter, 1]);
    expect(stdout + stderr).toContain("failed with [secret API_KEY]");
    for (const form of [VALUE, JSON.stringify(VALUE).slice(1, -1)]) expect(stdout + stderr).not.toContain(form);
  }
  await run(["--update"], { env });
  const written = JSON.parse(readFileSync(join(place.folder, "tasks/own/tests/new.json"), "utf8"));
  expect(written.expected_output).toEqual(masked);
});

test("a secret with hosts is a stand-in in tests, and mocks of its hosts see the value", async () => {
  const code = `async (input, { secrets: { TOKEN } }) => {
    const headers = { authorization: "Bearer " + TOKEN };
    const call = async (url) => (await fetch(url, { headers })).text();
    return [TOKEN, await call("https://api.test/x?key=" + TOKEN), await call("https://other.test/")];
  }`;
  const standIn = `standin_TOKEN_${"0".repeat(40)}`;
  const mock = {
    http: [
      {
        url: "https://api.test/x?key=t-0-k-e-n",
        request_headers: { authorization: "Bearer t-0-k-e-n" },
        body: "got t-0-k-e-n",
      },
      { url: "https://other.test/", request_headers: { authorization: `Bearer ${standIn}` }, body: "nothing" },
    ],
  };
  const expected = [standIn, `got ${standIn}`, "nothing"];
  writeTask(
    code,
    { TOKEN: { hosts: ["api.test"] } },
    {
      own: { input: 1, secrets: { TOKEN: "t-0-k-e-n" }, mock, expected_output: expected },
      outside: { input: 1, mock, expected_output: expected },
    },
  );
  const { code: exit, failures } = await run([], { env: { RATCHET_SECRET_TOKEN: "t-0-k-e-n" } });
  expect([exit, failures]).toEqual([0, {}]);
});
