import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { loadConfig } from "../../src/config/load.ts";
import { splitNetworkRules } from "../../src/config/network-rules.ts";
import type { NetworkRule } from "../../src/domain/network-rule.ts";
import { newWorkplace, type Workplace } from "../support/serve-process.ts";

let place: Workplace;
beforeEach(() => {
  place = newWorkplace();
});
afterEach(() => place[Symbol.dispose]());

/** Loads the configuration of the user's own file, the file of the folder, and variables. */
async function load(user: string, project: string, env: Record<string, string> = {}) {
  const home = join(place.folder, "home");
  mkdirSync(join(home, "ratchet"), { recursive: true });
  place.write("home/ratchet/config.yaml", user);
  place.write("ratchet.yaml", project);
  const { values } = await loadConfig({ env: { XDG_CONFIG_HOME: home, ...env }, files: true, folder: place.folder });
  const texts = (rules: readonly NetworkRule[] | undefined) => rules?.map(({ text }) => text);
  return { network: values["execution.network"], allow: texts(values["http.allow"]), deny: texts(values["http.deny"]) };
}

describe("the file of the current folder", () => {
  test.each([
    ["execution:\n  network: any\n", "execution.network"],
    ['http:\n  allow: ["10.0.0.0/8"]\n', "http.allow"],
    ["http:\n  allow: []\n", "http.allow"],
    ["profiles:\n  x:\n    execution:\n      network: any\n", "execution.network"],
    ["profiles:\n  x:\n    http:\n      allow: [a.test]\n", "http.allow"],
  ])("may not widen: %j ends every start with exit 3", async (text, key) => {
    place.write("ratchet.yaml", text);
    place.write("hello.js", "export default () => 1;");
    for (const args of [
      ["serve", "--port", "0"],
      ["run", "hello.js"],
      ["run-once", "--from-fs", "hello.js", "--input-json", "{}"],
    ]) {
      const { code, stderr } = await place.ratchet(args);
      expect({ args, code, stderr }).toEqual({ args, code: 3, stderr: expect.stringContaining(`"${key}"`) });
      expect(stderr).toContain("ratchet.yaml:");
    }
  });

  test.each([
    ["none", "public", "none"],
    ["none", "none", "none"],
    ["public", "none", "none"],
    ["any", "public", "public"],
    ["any", "none", "none"],
  ])("narrows execution.network: %s of the user and %s are %s", async (user, project, expected) => {
    const { network } = await load(`execution:\n  network: ${user}\n`, `execution:\n  network: ${project}\n`);
    expect(network).toBe(expected as never);
  });

  test("adds to the user's http.deny, and can't remove from it", async () => {
    const user = "http:\n  deny: [a.test]\n";
    expect((await load(user, "http:\n  deny: [b.test]\n")).deny).toEqual(["a.test", "b.test"]);
    expect((await load(user, "http:\n  deny: []\n")).deny).toEqual(["a.test"]);
    expect((await load("", "http:\n  deny: [b.test]\n")).deny).toEqual(["b.test"]);
  });
});

test("the user's own file and variables may widen", async () => {
  const user = "execution:\n  network: any\nhttp:\n  allow: [a.test, 10.0.0.0/8]\n";
  expect(await load(user, "")).toEqual({ network: "any", allow: ["a.test", "10.0.0.0/8"], deny: undefined });
  const env = { RATCHET_EXECUTION_NETWORK: "public", RATCHET_HTTP_ALLOW: '["GET,PUT b.test"]' };
  expect(await load(user, "", env)).toMatchObject({ network: "public", allow: ["GET,PUT b.test"] });
});

test.each([
  ["a.test", ["a.test"]],
  ["a.test, b.test/x", ["a.test", "b.test/x"]],
  ["GET,POST a.test,b.test,PUT c.test", ["GET,POST a.test", "b.test", "PUT c.test"]],
])("a variable may have rules that are separated by commas: %s", async (text, expected) => {
  expect((await load("", "", { RATCHET_HTTP_ALLOW: text })).allow).toEqual(expected);
});

test("rules that are joined with commas are split into the same rules", () => {
  const rule = fc.constantFrom("a.test", "GET a.test", "GET,POST https://a.test:80/x", "10.0.0.0/8", "[::1]:80", "*");
  fc.assert(
    fc.property(fc.array(rule, { minLength: 1 }), (rules) => expect(splitNetworkRules(rules.join(","))).toEqual(rules)),
  );
});

test.each([
  ["http:\n  deny:\n    - a.test\n    - get b.test\n", ":4:7"],
  ["http:\n  deny: a.test\n", ":2:"],
  ["execution:\n  network: private\n", ":2:"],
])("a bad rule is reported with its place: %j", async (text, at) => {
  place.write("ratchet.yaml", text);
  const { code, stdout, stderr } = await place.ratchet(["config", "validate"]);
  expect(code).toBe(3);
  expect(stdout + stderr).toContain(`ratchet.yaml${at}`);
});

test("validate reports bad rules of a task with exit 3 and their places", async () => {
  const metadata = {
    ...{ uuid: "7d444840-9dc0-11d1-b245-5ffdce74fad2", version: "1.0.0", label: "x", description: "x" },
    permissions: { net: ["a.test", "10.0.0.0/40"], secrets: { "A-B": {} }, tasks: [1] },
  };
  place.writeTask("x", "() => 1");
  place.write("tasks/x/metadata.json", JSON.stringify(metadata, null, 1));
  const { code, stdout } = await place.ratchet(["validate", "tasks/x", "--json"]);
  expect(code).toBe(3);
  const { problems } = JSON.parse(stdout);
  expect(problems).toMatchObject([
    { line: 9, message: 'Permission net: "10.0.0.0/40" has more bits than an address of its family.' },
    { line: 12, message: 'Permission secrets: "A-B" is not a name of a secret.' },
    { line: 15, message: "Permission tasks: 1 is not a label of a task." },
  ]);
});
