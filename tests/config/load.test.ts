import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { configExample, configSchema } from "../../src/config/describe.ts";
import { colourWanted, environmentProxies, userConfigFolder } from "../../src/config/environment.ts";
import { configKeys, variableOf } from "../../src/config/keys.ts";
import { loadConfig } from "../../src/config/load.ts";
import { parseConfig } from "../../src/config/parse-config.ts";
import { RatchetError } from "../../src/domain/errors.ts";
import type { JsonObject } from "../../src/domain/json.ts";
import { temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());
const home = join(folder.path, "home");
const project = join(folder.path, "project");
mkdirSync(join(home, ".config/ratchet"), { recursive: true });
mkdirSync(project);
const userFile = join(home, ".config/ratchet/config.yaml");
const projectFile = join(project, "ratchet.yaml");
writeFileSync(userFile, "timeout: 1s\nmemory: 8MB\nhttp:\n  timeout: 1s\n  verify_ssl: false\n");
writeFileSync(projectFile, "timeout: 2s\nmemory: 16MB\n");

describe("loadConfig", () => {
  test("defaults, the user's file, the folder's file, the environment: later ones override earlier ones", async () => {
    const env = { HOME: home, RATCHET_TIMEOUT: "3s", RATCHET_LOG_LEVEL: "error" };
    const { values, origins } = await loadConfig({ env, files: true, folder: project });
    expect(values).toMatchObject({
      timeout: 3_000,
      memory: 16 * 1024 * 1024,
      "http.timeout": 1_000,
      "http.verify_ssl": false,
      "http.max_redirects": 10,
      "logging.level": "error",
    });
    expect(origins).toMatchObject({
      timeout: { from: "environment", variable: "RATCHET_TIMEOUT" },
      memory: { from: "file", path: projectFile, line: 2 },
      "http.timeout": { from: "file", path: userFile, line: 4 },
      "http.max_redirects": { from: "default" },
    });
  });

  test.each([
    [
      "can only lower a limit",
      "execution: { max_memory: 64MB }",
      "execution: { max_memory: 2GB }",
      "execution.max_memory",
      64 * 1024 ** 2,
    ],
    [
      "can lower a limit",
      "execution: { max_memory: 64MB }",
      "execution: { max_memory: 8MB }",
      "execution.max_memory",
      8 * 1024 ** 2,
    ],
    [
      "sets a limit that the user did not set",
      "{}",
      "execution: { max_memory: 2GB }",
      "execution.max_memory",
      2 * 1024 ** 3,
    ],
    [
      "can only lower retries",
      "http: { retry: { max_retries: 0 } }",
      "http: { retry: { max_retries: 9 } }",
      "http.retry.max_retries",
      0,
    ],
    [
      "can't lift the limit of requests",
      "server: { rate_limit: { count: 10 } }",
      "server: { rate_limit: { count: 0 } }",
      "server.rate_limit.count",
      10,
    ],
    ["can't turn off a log", "audit: { log: true }", "audit: { log: false }", "audit.log", true],
    [
      "can't delete what the user keeps",
      "retention: { failed: { max_age: 3650d } }",
      "retention: { failed: { max_age: 91d } }",
      "retention.failed.max_age",
      3650 * 86_400_000,
    ],
    [
      "has profiles that override itself",
      "execution: { max_memory: 64MB }",
      "execution: { max_memory: 8MB }\nprofiles: { big: { execution: { max_memory: 32MB } } }",
      "execution.max_memory",
      32 * 1024 ** 2,
    ],
  ] as const)("the folder's file %s", async (_what, users, folders, key, value) => {
    const place = join(folder.path, `limits-${Bun.hash(users + folders)}`);
    mkdirSync(join(place, ".config/ratchet"), { recursive: true });
    writeFileSync(join(place, ".config/ratchet/config.yaml"), users);
    writeFileSync(join(place, "ratchet.yaml"), folders);
    const profile = folders.includes("profiles") ? "big" : undefined;
    const { values } = await loadConfig({
      env: { HOME: place },
      files: true,
      folder: place,
      ...(profile && { profile }),
    });
    expect(values[key]).toBe(value);
  });

  test("the folder's file can't change for single hosts what the user has set for all", async () => {
    const place = join(folder.path, "hosts");
    mkdirSync(join(place, ".config/ratchet"), { recursive: true });
    const users = "http: { timeout: 1s, retry: { max_retries: 0 }, rate_limit: { count: 1, period: 1s } }";
    writeFileSync(join(place, ".config/ratchet/config.yaml"), users);
    const settings =
      "{ timeout: 9m, first_byte_timeout: 1s, retry: { max_retries: 5, delay: 1s }, rate_limit: { count: 99, period: 1s } }";
    writeFileSync(join(place, "ratchet.yaml"), `http: { hosts: { "a.test.:80": ${settings} } }`);
    const { values } = await loadConfig({ env: { HOME: place }, files: true, folder: place });
    expect(values["http.hosts"]).toEqual({ "a.test:80": { first_byte_timeout: 1_000, retry: { delay: 1_000 } } });
  });

  test("without files only the environment counts", async () => {
    const { values } = await loadConfig({ env: { HOME: home, RATCHET_MEMORY: "32MB" }, files: false, folder: project });
    expect(values).toMatchObject({ memory: 32 * 1024 * 1024, "http.verify_ssl": true });
    expect(values.timeout).toBeUndefined();
  });

  test("every key has its own variable, and an empty one counts as unset", async () => {
    const names = configKeys().map(([key]) => variableOf(key));
    expect(new Set(names).size).toBe(names.length);
    expect(names.every((name) => /^RATCHET_[A-Z_]+$/.test(name))).toBe(true);
    const env = Object.fromEntries(names.map((name) => [name, ""]));
    const { values, origins } = await loadConfig({ env: { ...env, RATCHET_HTTP_USER_AGENT: "me" }, files: false });
    expect(values["http.timeout"]).toBe(30_000);
    expect(origins["http.timeout"]).toEqual({ from: "default" });
    expect(values["http.proxy"]).toBe("");
    expect(values["http.user_agent"]).toBe("me");
  });

  test("reports all problems of files and variables together", async () => {
    const bad = join(folder.path, "bad");
    mkdirSync(bad);
    writeFileSync(join(bad, "ratchet.yaml"), "timeot: 5s\nhttp:\n  proxy: http://elsewhere\n");
    const env = { RATCHET_MEMORY: "lots", RATCHET_HTTP_VERIFY_SSL: "maybe" };
    const error = await loadConfig({ env, files: true, folder: bad }).catch((error: unknown) => error);
    if (!(error instanceof RatchetError)) throw error;
    expect(error.code).toBe("CONFIG_INVALID");
    expect(error.problems.map(({ file, line }) => [file, line])).toEqual([
      [join(bad, "ratchet.yaml"), 1],
      [join(bad, "ratchet.yaml"), 3],
      ["environment variable RATCHET_MEMORY", undefined],
      ["environment variable RATCHET_HTTP_VERIFY_SSL", undefined],
    ]);
  });

  test.each([
    ["RATCHET_SERVER_DATABASE_URL", "RATCHET_DATABASE_URL"],
    ["RATCHET_LOGGING_LEVEL", "RATCHET_LOG_LEVEL"],
    ["RATCHET_SERVER_BIND_ADDRESS", "RATCHET_SERVER_HOST"],
    ["RATCHET_SERVER_PROT", "RATCHET_SERVER_PORT"],
  ])("%s looks like the variable of a key, but is unknown: the right one is %s", async (name, meant) => {
    const { warnings } = await loadConfig({ env: { [name]: "1" }, files: false });
    expect(warnings).toEqual([`unknown environment variable ${name} is ignored; did you mean ${meant}?`]);
  });

  test("warns of a variable that looks misspelt, and of no other", async () => {
    const env = { RATCHET_TIMOUT: "1s", RATCHET_SOMETHING_ELSE: "1", RATCHET_BIN: "x", RATCHET: "y" };
    const { warnings } = await loadConfig({ env, files: false });
    expect(warnings).toEqual(["unknown environment variable RATCHET_TIMOUT is ignored; did you mean RATCHET_TIMEOUT?"]);
  });
});

describe("the schema describes itself", () => {
  test("the example is valid, as it is and with every key switched on", async () => {
    const text = configExample();
    expect((await parseConfig(text, "c", false)).problems).toEqual([]);
    const enabled = text.replace(/^# ((?: {2})*(?:- )?[a-z_]+:(?: .*)?)$/gm, "$1");
    const file = await parseConfig(enabled, "c", false);
    expect(file.problems).toEqual([]);
    expect(file.settings.map(({ key }) => key).sort()).toEqual(
      configKeys()
        .map(([key]) => key)
        .sort(),
    );
  });

  test("a name can be that of a key and of a section", async () => {
    const read = async (text: string) => {
      const { settings, problems } = await parseConfig(text, "c", false);
      return [...settings.map(({ key, value }) => `${key}=${value}`), ...problems.map(({ message }) => message)];
    };
    expect(await read("memory: 8MB")).toEqual(["memory=8388608"]);
    expect(await read("memory: { high: 70% }")).toEqual(["memory.high=70%"]);
    expect(await read("memory: { limit: 8MB, high: 1GB }")).toEqual(["memory=8388608", "memory.high=1GB"]);
    expect(await read("memory: { low: 1GB }")).toEqual(['unknown key "memory.low"']);
    expect(await read("memory: { high: 180% }")).toEqual([
      expect.stringContaining('"memory.high": "180%" is not a share'),
    ]);
    const { memory } = configSchema().properties as Record<string, JsonObject>;
    expect(memory?.anyOf).toMatchObject([{ type: "string" }, { properties: { limit: {}, high: {} } }]);
  });

  test("the JSON Schema has all keys and no others", async () => {
    const schema = JSON.stringify(configSchema());
    for (const [key] of configKeys()) {
      expect(schema).toContain(`"${key.split(".").at(-1)}":{`);
      expect(schema).toContain(variableOf(key));
    }
    expect(configSchema()).toMatchObject({
      additionalProperties: false,
      properties: { http: { additionalProperties: false } },
    });
  });
});

describe("the environment", () => {
  test("determines the user's folder", () => {
    expect(userConfigFolder({ XDG_CONFIG_HOME: "/x", HOME: "/h" })).toBe("/x");
    expect(userConfigFolder({ XDG_CONFIG_HOME: "relative", HOME: "/h" })).toBe("/h/.config");
    expect(userConfigFolder({ XDG_CONFIG_HOME: "", HOME: "/h" })).toBe("/h/.config");
    expect(userConfigFolder({ USERPROFILE: "C:\\me" })).toBe("C:\\me/.config");
    expect(userConfigFolder({})).toBeUndefined();
  });

  test("determines if colours are wanted", () => {
    expect(colourWanted({}, true)).toBe(true);
    expect(colourWanted({}, false)).toBe(false);
    expect(colourWanted({ NO_COLOR: "1" }, true)).toBe(false);
    expect(colourWanted({ NO_COLOR: "" }, true)).toBe(true);
    expect(colourWanted({ FORCE_COLOR: "1" }, false)).toBe(true);
    expect(colourWanted({ FORCE_COLOR: "0" }, true)).toBe(false);
    expect(colourWanted({ TERM: "dumb" }, true)).toBe(false);
  });

  test("reads proxies by curl's rules", () => {
    expect(environmentProxies({})).toEqual({});
    expect(environmentProxies({ http_proxy: "a", HTTP_PROXY: "b", HTTPS_PROXY: "c", NO_PROXY: "d" })).toEqual({
      http: "a",
      https: "c",
      noProxy: "d",
    });
    expect(environmentProxies({ ALL_PROXY: "all", http_proxy: "" })).toEqual({ http: "", https: "all" });
  });
});
