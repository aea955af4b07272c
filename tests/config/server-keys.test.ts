import { afterEach, beforeEach, expect, test } from "bun:test";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import { parse } from "yaml";
import { configExample, configSchema } from "../../src/config/describe.ts";
import { CONFIG_KEYS, configKeys, variableOf } from "../../src/config/keys.ts";
import { type ConfigSources, loadConfig } from "../../src/config/load.ts";
import { parseConfig } from "../../src/config/parse-config.ts";
import { formatValue } from "../../src/config/value-form.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "ratchet-config-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function load(yaml: string, more: Partial<ConfigSources> = {}) {
  const file = join(folder, "own.yaml");
  writeFileSync(file, yaml);
  return loadConfig({ env: {}, files: true, file, ...more });
}
const problemsOf = async (yaml: string) =>
  (await parseConfig(yaml, "x.yaml", false)).problems.map(({ line, column, message, remedy }) => {
    return `${line}:${column} ${message} | ${remedy}`;
  });

test("reads keys three levels deep, under both of their names", async () => {
  const { values } = await load("server:\n  bind_address: localhost\n  database:\n    url: sqlite:x.db\n");
  expect(values["server.database.url"]).toBe("sqlite:x.db");
  expect(values["server.host"]).toBe("localhost");
  expect(await problemsOf("server: { host: localhost, bind_address: localhost }\n")).toEqual([
    '1:42 "server.host" is set twice under two names | Keep one of them.',
  ]);
});

test("a profile overrides its file, and a variable overrides both", async () => {
  const yaml = "server: { port: 1 }\nlogging: { level: warn }\nprofiles:\n  big:\n    server: { port: 2 }\n  none:\n";
  const plain = await load(yaml);
  expect(plain.values["server.port"]).toBe(1);
  const big = await load(yaml, { profile: "big" });
  expect(big.values["server.port"]).toBe(2);
  expect(big.values["logging.level"]).toBe("warn");
  expect(big.origins["server.port"]).toMatchObject({ from: "file", line: 5, profile: "big" });
  expect((await load(yaml, { profile: "none" })).values["server.port"]).toBe(1);
  const both = await load(yaml, { profile: "big", env: { RATCHET_SERVER_PORT: "3" } });
  expect(both.values["server.port"]).toBe(3);
  await expect(load(yaml, { profile: "bog" })).rejects.toMatchObject({
    code: "CONFIG_INVALID",
    remedy: expect.stringContaining('Did you mean "big"?'),
  });
});

test("every profile is checked, selected or not, and profiles cannot be nested", async () => {
  expect(await problemsOf("profiles:\n  a:\n    server: { prot: 1 }\n")).toEqual([
    '3:15 unknown key "server.prot" | Did you mean "server.port"?',
  ]);
  expect(await problemsOf("profiles: { a: { profiles: { b: {} } } }\n")).toHaveLength(1);
});

test("shows sources as they are written", async () => {
  const written = [
    { name: "a", uri: "./tasks", config: { watch: true } },
    { name: "b", uri: "https://example.org/t.git", config: { branch: "main", folder: "x", refresh: "10s" } },
    { name: "c", uri: "./more" },
  ];
  const env = { RATCHET_REGISTRY_SOURCES: JSON.stringify(written) };
  const { values } = await loadConfig({ env, files: false });
  const { form } = CONFIG_KEYS["registry.sources"];
  expect(JSON.parse(formatValue(form, values["registry.sources"] ?? []))).toEqual(written);
});

test("reports invalid sources", async () => {
  const yaml = [
    "registry:",
    "  sources:",
    "    - { name: a, uri: ftp://example.org/x }",
    "    - { name: b, uri: ./tasks, config: { branch: main } }",
    "    - name: c",
    "      uri: ./tasks",
    "      config:",
    "        refresh: 5s",
    '    - { name: d, uri: "git+ext::sh -c id" }',
  ];
  const found = await problemsOf(yaml.join("\n"));
  expect(found.map((text) => text.split(" ")[0])).toEqual(["3:18", "4:42", "8:9", "9:18"]);
  expect(found[0]).toContain("the uri has a form that Ratchet does not know");
});

test("reads sources, and reports where in them something is wrong", async () => {
  const { values } = await load(
    "registry:\n  sources:\n    - name: a\n      uri: https://example.org/t/\n      config: { watch: true, refresh: 10s }\n",
  );
  expect(values["registry.sources"]).toEqual([
    { name: "a", uri: "https://example.org/t/", watch: true, refreshMs: 10_000 },
  ]);
  const wrong = [
    "registry:",
    "  sources:",
    "    - name: a",
    "      uri: x",
    "      config:",
    "        wtach: true",
    "        branch: -evil",
    "    - name: a",
    "      uri: 5",
    "    - nothing",
  ];
  const found = await problemsOf(wrong.join("\n"));
  expect(found.map((text) => text.split(" ")[0])).toEqual(["6:9", "7:9", "8:7", "9:7", "10:7"]);
  expect(found[0]).toContain('Did you mean "watch"?');
});

test.each(["--upload-pack=x", "a..b", "a b", "a~1", "/a", "a.lock", "a//b", "@{1}"])(
  "rejects %s as a branch",
  async (branch) => {
    const yaml = `registry: { sources: [{ name: a, uri: x.git, config: { branch: ${JSON.stringify(branch)} } }] }`;
    expect(await problemsOf(yaml)).toHaveLength(1);
  },
);

test("reads sources from a variable as JSON", async () => {
  const env = { RATCHET_REGISTRY_SOURCES: '[{"name":"a","uri":"x.zip"}]' };
  expect((await loadConfig({ env, files: false })).values["registry.sources"]).toEqual([{ name: "a", uri: "x.zip" }]);
  for (const text of ["x", "{}", '[{"name":"a"}]', '[{"name":"embedded","uri":"x"}]']) {
    const loading = loadConfig({ env: { RATCHET_REGISTRY_SOURCES: text }, files: false });
    await expect(loading).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  }
});

test("variables are named after their keys, except for a few shorter ones", async () => {
  const shorter = configKeys().flatMap(([key]) => {
    const derived = `RATCHET_${key.toUpperCase().replaceAll(".", "_")}`;
    return variableOf(key) === derived ? [] : [variableOf(key)];
  });
  expect(shorter.sort()).toEqual([
    "RATCHET_ADMIN_PASSWORD_FILE",
    "RATCHET_ADMIN_USER",
    "RATCHET_DATABASE_URL",
    "RATCHET_LOG_FORMAT",
    "RATCHET_LOG_LEVEL",
  ]);
  const { values } = await loadConfig({
    env: { RATCHET_SERVER_HOST: "::1", RATCHET_DATABASE_URL: "sqlite:y.db", RATCHET_LOG_LEVEL: "debug" },
    files: false,
  });
  expect(values["server.host"]).toBe("::1");
  expect(values["server.database.url"]).toBe("sqlite:y.db");
  expect(values["logging.level"]).toBe("debug");
});

test("a project's file cannot set another address, cache or database, or load tasks from elsewhere", async () => {
  const source = (uri: string) =>
    `registry: { sources: [{ name: beside, uri: file://./x }, { name: a, uri: '${uri}' }] }`;
  for (const yaml of [
    "server: { host: 0.0.0.0 }",
    "registry: { cache_folder: /etc }",
    "server: { bind_address: '::' }",
    "server: { database: { url: 'sqlite:/home/me/other.db' } }",
    "server: { database: { url: 'sqlite:other.db' } }",
    "server: { database: { url: 'sqlite::memory:' } }",
    "profiles: { p: { server: { database: { url: 'sqlite:other.db' } } } }",
    "retention: { completed: { max_age: 1s } }",
    "retention: { events: { max_count: 0 } }",
    "retention: { firings: { max_age: 1s } }",
    source("/tmp/tasks"),
    source("file:///tmp/tasks"),
    source("file://../tasks"),
    source("file://./a/../../tasks"),
    source("https://example.org/tasks/"),
    source("https://example.org/tasks.git"),
    source("git@example.org:tasks.git"),
  ]) {
    expect((await parseConfig(yaml, "ratchet.yaml", true)).problems).toHaveLength(1);
    expect((await parseConfig(yaml, "own.yaml", false)).problems).toEqual([]);
  }
  for (const yaml of [
    "server: { database: { url: 'sqlite:ratchet.db' }, port: 9000 }",
    "retention: { completed: { max_age: 3650d, max_count: 9000000 } }",
    source("file://tasks"),
    source("./a/../more.zip"),
  ]) {
    expect((await parseConfig(yaml, "ratchet.yaml", true)).problems).toEqual([]);
  }
});

test("the printed example is valid without its comments, and matches the schema", async () => {
  const lines = configExample().split("\n");
  const start = lines.findIndex((line) => line.startsWith("# server:"));
  const settings = lines
    .slice(start)
    .filter((line) => line !== "" && !/^# *# /.test(line) && !/^# [A-Z]/.test(line))
    .map((line) => line.slice(2))
    .join("\n");
  expect(await problemsOf(settings)).toEqual([]);
  const ajv = new Ajv2020({ strict: false });
  const validate = ajv.compile(configSchema());
  expect(validate(parse(settings))).toBe(true);
  expect(validate({ server: { prot: 1 } })).toBe(false);
  expect(validate({ profiles: { a: { server: { prot: 1 } } } })).toBe(false);
  expect(validate({ server: { bind_address: "localhost", database: { url: "sqlite:x" } } })).toBe(true);
});

test("a list of texts may be a list or a text with commas, in files and in variables", async () => {
  const blocks = ["10.0.0.0/8", "::1"];
  const proxies = async (yaml: string, env = {}) => (await load(yaml, { env })).values["server.trusted_proxies"];
  expect(await proxies("server: { trusted_proxies: [10.0.0.0/8, '::1'] }\n")).toEqual(blocks);
  expect(await proxies("server: { trusted_proxies: '10.0.0.0/8, ::1' }\n")).toEqual(blocks);
  expect(await proxies("", { RATCHET_SERVER_TRUSTED_PROXIES: '["10.0.0.0/8","::1"]' })).toEqual(blocks);
  expect(await proxies("", { RATCHET_SERVER_TRUSTED_PROXIES: "10.0.0.0/8,::1" })).toEqual(blocks);
  const old = await load("server: { allowed_origins: 'https://a.example,https://b.example' }\n");
  expect(old.values["server.cors.origins"]).toEqual(["https://a.example", "https://b.example"]);
  expect(await problemsOf("server:\n  trusted_proxies: [10.0.0.0/8, 10.0.0.0/33, 10.0.0]\n")).toEqual([
    expect.stringContaining('2:33 "server.trusted_proxies": "10.0.0.0/33" has more bits'),
    expect.stringContaining('2:46 "server.trusted_proxies": "10.0.0" is not an address'),
  ]);
  for (const origin of [
    "example.org",
    "https://example.org/",
    "https://example.org/path",
    "ftp://example.org",
    "null",
  ]) {
    expect(await problemsOf(`server: { cors: { origins: ["${origin}"] } }\n`)).toHaveLength(1);
  }
});
