import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { startTestServer } from "../support/http-server.ts";
import { makeTask } from "../support/made-task.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const loop = makeTask(folder.path, { label: "loop", main: "(function () { for (;;); })" });
const echo = makeTask(folder.path, { label: "echo", main: "(function (input) { return input; })" });
const ask = makeTask(folder.path, {
  label: "ask",
  main: "(async function (input) { const answer = await fetch(input.url); return await answer.json(); })",
});
const project = join(folder.path, "project");
const home = join(folder.path, "home");
mkdirSync(project);
mkdirSync(join(home, ".config/ratchet"), { recursive: true });

/** Runs in a folder with this ratchet.yaml, and a home with this config.yaml. */
async function configured(
  args: string[],
  files: { project?: string; user?: string },
  env: Record<string, string> = {},
) {
  const places = { project: join(project, "ratchet.yaml"), user: join(home, ".config/ratchet/config.yaml") };
  for (const name of ["project", "user"] as const) {
    const text = files[name];
    if (text === undefined) rmSync(places[name], { force: true });
    else writeFileSync(places[name], text);
  }
  return ratchet(args, { cwd: project, env: { HOME: home, ...env } });
}

describe("run-once and configuration", () => {
  const runLoop = ["run-once", "--from-fs", loop];
  const runEcho = ["run-once", "--from-fs", echo];

  test("each source sets options, the nearer one counts", async () => {
    expect(await configured(runLoop, { user: "timeout: 50ms" })).toMatchObject({ exitCode: 4 });
    const stderr = async (files: { project?: string; user?: string }, env = {}, ...args: string[]) =>
      (await configured([...runLoop, ...args], files, env)).stderr;
    const user = "timeout: 51ms";
    expect(await stderr({ user })).toContain("51ms");
    expect(await stderr({ user, project: "timeout: 52ms" })).toContain("52ms");
    expect(await stderr({ user, project: "timeout: 52ms" }, { RATCHET_TIMEOUT: "53ms" })).toContain("53ms");
    const all = { RATCHET_TIMEOUT: "53ms" };
    expect(await stderr({ user, project: "timeout: 52ms" }, all, "--timeout", "54ms")).toContain("54ms");
  });

  test("$XDG_CONFIG_HOME is the user's folder when it is set", async () => {
    const xdg = join(folder.path, "xdg");
    mkdirSync(join(xdg, "ratchet"), { recursive: true });
    writeFileSync(join(xdg, "ratchet/config.yaml"), "pretty: true");
    expect((await configured([...runEcho, "--set", "a=1"], { user: "" }, { XDG_CONFIG_HOME: xdg })).stdout).toBe(
      '{\n  "a": 1\n}\n',
    );
  });

  test("an invalid file exits with 3 and shows line and column; --no-config ignores it", async () => {
    const files = { project: "timeout: 5s\nhttp:\n  timeuot: 5s\n" };
    expect(await configured(runEcho, files)).toEqual({
      exitCode: 3,
      stdout: "",
      stderr: 'error: ratchet.yaml:3:3: unknown key "http.timeuot".\nhint: Did you mean "http.timeout"?\n',
    });
    const json = await configured([...runEcho, "--error-format", "json"], files);
    expect(JSON.parse(json.stderr).error).toMatchObject({
      code: "CONFIG_INVALID",
      problems: [{ file: "ratchet.yaml", line: 3, column: 3 }],
    });
    expect(await configured([...runEcho, "--no-config"], files)).toEqual({ exitCode: 0, stdout: "{}\n", stderr: "" });
    expect(await configured(["--no-config", ...runEcho], files)).toMatchObject({ exitCode: 0 });
    expect(await configured(["--help"], files)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await configured(["completions", "bash"], files)).toMatchObject({ exitCode: 0, stderr: "" });
  });

  test("a folder's file that would weaken security is an error", async () => {
    const run = await configured(runEcho, { project: "http:\n  verify_ssl: false\n  proxy: http://127.0.0.1:9\n" });
    expect(run).toMatchObject({ exitCode: 3, stdout: "" });
    expect(run.stderr).toContain("ratchet.yaml:2:15:");
    expect(run.stderr).toContain("ratchet.yaml:3:10:");
  });

  test("a misspelt variable is a warning, an invalid one an error", async () => {
    const near = await configured(runEcho, {}, { RATCHET_TIMEOUTS: "5s" });
    expect(near).toMatchObject({ exitCode: 0, stdout: "{}\n" });
    expect(near.stderr).toBe(
      "warning: unknown environment variable RATCHET_TIMEOUTS is ignored; did you mean RATCHET_TIMEOUT?\n",
    );
    const json = await configured([...runEcho, "--error-format", "json"], {}, { RATCHET_TIMEOUTS: "5s" });
    expect(JSON.parse(json.stderr)).toEqual({ warning: { message: near.stderr.slice("warning: ".length).trim() } });
    const wrong = await configured(runEcho, {}, { RATCHET_TIMEOUT: "5" });
    expect(wrong).toMatchObject({ exitCode: 3, stdout: "" });
    expect(wrong.stderr).toContain('environment variable RATCHET_TIMEOUT: "5" is not a duration');
  });

  test("errors are JSON when the configuration says so", async () => {
    const run = await configured(["run-once", "--from-fs", "nowhere"], { project: "error_format: json" });
    expect(JSON.parse(run.stderr).error).toMatchObject({ code: "TASK_NOT_FOUND", exitCode: 3 });
  });

  test("the outbound client does what it says", async () => {
    const server = startTestServer();
    try {
      const url = `${server.url}/echo`;
      const run = (env: Record<string, string>, address = url) =>
        configured(
          ["run-once", "--from-fs", ask, "--set", `url=${address}`],
          { user: "http:\n  user_agent: robot/1\n" },
          env,
        );
      const own = await run({});
      expect(own).toMatchObject({ exitCode: 0, stderr: "" });
      expect(JSON.parse(own.stdout).headers["user-agent"]).toBe("robot/1");
      expect(JSON.parse((await run({ RATCHET_HTTP_USER_AGENT: "other/2" })).stdout).headers["user-agent"]).toBe(
        "other/2",
      );
      // A request through a proxy names the whole address.
      const proxied = await run({ RATCHET_HTTP_PROXY: server.url }, "http://nowhere.invalid/echo");
      expect(proxied.exitCode).toBe(0);
      expect(server.seen.at(-1)?.headers.get("host")).toBe("nowhere.invalid");
      const refused = await run({ HTTP_PROXY: "http://127.0.0.1:1" });
      expect(refused.exitCode).toBe(1);
      expect((await run({ HTTP_PROXY: "http://127.0.0.1:1", NO_PROXY: "127.0.0.1" })).exitCode).toBe(0);
      expect((await run({ HTTP_PROXY: "http://127.0.0.1:1", RATCHET_HTTP_PROXY: "" })).exitCode).toBe(0);
      expect((await run({ RATCHET_HTTP_TIMEOUT: "100ms" }, `${server.url}/hang`)).stderr).toContain("TimeoutError");
      expect((await run({ RATCHET_HTTP_MAX_REDIRECTS: "1" }, `${server.url}/redirect/3`)).exitCode).toBe(1);
    } finally {
      await server.stop();
    }
  });
});

describe("ratchet config", () => {
  test("show says where each value came from", async () => {
    const files = { project: "timeout: 2s\n", user: "memory: 8MB\n" };
    const run = await configured(["config", "show"], files, { RATCHET_LOG_LEVEL: "warn" });
    expect(run).toMatchObject({ exitCode: 0, stderr: "" });
    expect(run.stdout).toMatch(/^timeout +2s {2}# ratchet\.yaml:1$/m);
    expect(run.stdout).toMatch(/^memory +8MB {2}# \/.*\/config\.yaml:1$/m);
    expect(run.stdout).toMatch(/^logging\.level +warn {2}# RATCHET_LOG_LEVEL$/m);
    expect(run.stdout).toMatch(/^http\.verify_ssl +true {2}# default$/m);
    const json = JSON.parse((await configured(["config", "show", "--json"], files)).stdout);
    expect(json.timeout).toEqual({ value: "2s", from: "file", path: "ratchet.yaml", line: 1 });
    expect(json["logging.level"]).toEqual({ value: "info", from: "default" });
    expect(await configured(["config", "show", "--no-config"], { project: "nonsense" })).toMatchObject({ exitCode: 0 });
  });

  test("validate ends with 0 or 3 and lists all problems", async () => {
    expect(await configured(["config", "validate"], {})).toEqual({
      exitCode: 0,
      stdout: "There are no configuration files here.\n",
      stderr: "",
    });
    expect((await configured(["config", "validate"], { project: "timeout: 1s" })).stdout).toBe(
      "valid    ratchet.yaml\n",
    );
    const bad = await configured(["config", "validate"], { project: "a: 1\nb: 2\n", user: "timeout: 1s" });
    expect(bad).toMatchObject({ exitCode: 3, stderr: "" });
    expect(bad.stdout).toContain('invalid  ratchet.yaml\n  ratchet.yaml:1:1: unknown key "a"');
    expect(bad.stdout).toContain('ratchet.yaml:2:1: unknown key "b"');
    expect(bad.stdout).toContain("config.yaml\n");
    const json = await configured(["config", "validate", "ratchet.yaml", "--json"], { project: "a: 1\n" });
    expect(JSON.parse(json.stdout)).toMatchObject({ files: ["ratchet.yaml"], problems: [{ line: 1, column: 1 }] });
    expect(await configured(["config", "validate", "none.yaml"], {})).toMatchObject({ exitCode: 3, stdout: "" });
  });

  test("generate prints a file that is valid, schema a JSON Schema", async () => {
    const generated = await configured(["config", "generate"], {});
    expect(generated).toMatchObject({ exitCode: 0, stderr: "" });
    expect((await configured(["config", "validate"], { project: generated.stdout })).exitCode).toBe(0);
    const schema = JSON.parse((await configured(["config", "schema"], {})).stdout);
    expect(Object.keys(schema.properties)).toContain("http");
  });
});
