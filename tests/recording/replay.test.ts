import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { readText } from "../../src/domain/shared-text.ts";
import type { ExecuteResult } from "../../src/execution/execute.ts";
import { createHttpClient } from "../../src/http/http-client.ts";
import type { Executor } from "../../src/sandbox/executor.ts";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { nextMillisecond } from "../support/eventually.ts";
import { harViolations } from "../support/har-violations.ts";
import { startTestServer } from "../support/http-server.ts";
import { recordTask, replayTask } from "../support/record-task.ts";
import { temporaryFolder, writeTask } from "../support/task-folder.ts";

const server = startTestServer();
const client = createHttpClient();
let executor: Executor;
let place: Awaited<ReturnType<typeof temporaryFolder>>;
beforeAll(async () => {
  executor = createInlineExecutor();
  place = await temporaryFolder();
});
afterAll(async () => {
  await executor.stop();
  await Promise.all([client.stop(), server.stop(), place[Symbol.asyncDispose]()]);
});

/** Records a program and replays it offline; gives both and the texts of the session's files. */
async function recordAndReplay(program: string, options: Partial<Parameters<typeof recordTask>[0]> = {}) {
  const task = await writeTask(place.path, program);
  const dir = join(place.path, crypto.randomUUID());
  const recorded = await recordTask({ executor, task, dir, http: client.send, ...options });
  const requestsBefore = server.seen.length;
  const replayed = await replayTask(executor, task, recorded.folder);
  expect(server.seen.length).toBe(requestsBefore);
  const read = async (name: string) => await readFile(join(recorded.folder, name), "utf8").catch(() => "");
  const names = ["input.json", "output.json", "error.json", "requests.har", "tracing.log", "environment.json"];
  const files = Object.fromEntries(await Promise.all(names.map(async (name) => [name, await read(name)] as const)));
  expect(harViolations(JSON.parse(files["requests.har"] ?? ""))).toEqual([]);
  return { task, dir, recorded, replayed, files };
}

/** The output of a run that completed. */
function outputOf(result: ExecuteResult): unknown {
  if (result.status === "failed") throw result.error;
  return JSON.parse(readText(result.outputJson));
}

describe("a replay takes the path of the recording", () => {
  test("without the network: status, headers, bodies and the order of the responses", async () => {
    const { recorded, replayed } = await recordAndReplay(`async (input) => {
      const slow = fetch("${server.url}/delay/400"), fast = fetch("${server.url}/json");
      const order = [];
      await Promise.all([slow.then(() => order.push("slow")), fast.then(() => order.push("fast"))]);
      const echo = await (await fetch("${server.url}/echo", { method: "POST", body: { order } })).json();
      const missing = fetch("${server.url}/status/404");
      return { order, body: echo.body, json: await fast.json(), missing: [missing.status, missing.ok, missing.body] };
    }`);
    expect(outputOf(recorded.result)).toMatchObject({ order: ["fast", "slow"], missing: [404, false, "status 404"] });
    expect(replayed.comparison).toEqual({ equal: true, differences: [] });
    expect(replayed.result.status).toBe("completed");
  });

  test("the clock and random numbers are repeated, and a loop on the clock ends as it did", async () => {
    const { replayed } = await recordAndReplay(`async () => {
      const end = Date.now() + 15;
      let turns = 0;
      while (Date.now() < end) turns++;
      await new Promise((resolve) => setTimeout(resolve, 5));
      return { turns, end, random: Math.random(), uuid: crypto.randomUUID() };
    }`);
    expect(replayed.comparison.differences).toEqual([]);
  });

  test("failures are repeated: refused connections, time limits of calls, typed errors", async () => {
    const { replayed, files } = await recordAndReplay(`async () => {
      const names = [];
      for (const call of [
        () => fetch("http://127.0.0.1:1/"),
        () => fetch("${server.url}/hang", { timeout: 30 }),
        () => fetch("${server.url}/status/503", { throwHttpErrors: true }),
        () => fetch("ftp://host/"),
      ]) {
        try { (await call()).status; names.push("none"); } catch (error) { names.push(error.name + ": " + error.message); }
      }
      return names;
    }`);
    expect(files["output.json"]).toContain("NetworkError");
    expect(files["output.json"]).toContain("TimeoutError");
    expect(replayed.comparison.differences).toEqual([]);
  });

  test("a call that the task aborted is aborted again", async () => {
    const { recorded, replayed } = await recordAndReplay(`async () => {
      const controller = new AbortController();
      const call = fetch("${server.url}/hang", { signal: controller.signal });
      setTimeout(() => controller.abort(), 20);
      try { await call; } catch (error) { return error.name; }
    }`);
    expect(outputOf(recorded.result)).toBe("AbortError");
    expect(replayed.comparison.differences).toEqual([]);
  });

  test("an error that the task threw is recorded and compared", async () => {
    const { recorded, replayed, files } = await recordAndReplay(`() => { throw new RateLimitError("slow down"); }`);
    expect(recorded.result.status).toBe("failed");
    expect(JSON.parse(files["error.json"] ?? "")).toMatchObject({
      code: "TASK_FAILED",
      guest: { name: "RateLimitError", message: "slow down", status: 429 },
    });
    expect(files["output.json"]).toBe("");
    expect(replayed.comparison.differences).toEqual([]);
  });

  test("bytes that are no text come through", async () => {
    const { replayed } = await recordAndReplay(`async () => {
      const bytes = Uint8Array.from({ length: 256 }, (_, i) => i);
      const sent = await fetch("${server.url}/echo", { method: "POST", body: bytes });
      const gzip = await fetch("${server.url}/encoded/gzip?n=3000");
      return [(await sent.json()).headers["content-length"], (await gzip.text()).length];
    }`);
    expect(outputOf(replayed.result)).toEqual(["256", 3000]);
    expect(replayed.comparison.differences).toEqual([]);
  });
});

describe("differences are found", () => {
  test("in the output, path by path", async () => {
    const { recorded } = await recordAndReplay(`() => ({ sum: 15, list: [1, 2] })`);
    const changed = await writeTask(place.path, `() => ({ sum: 16, list: [1, 2, 3] })`);
    const { comparison } = await replayTask(executor, changed, recorded.folder);
    expect(comparison.equal).toBe(false);
    expect(comparison.differences).toEqual(["output /sum: expected 15, got 16", "output /list/2: not expected, got 3"]);
  });

  test("between an output and an error", async () => {
    const { recorded } = await recordAndReplay(`() => 1`);
    const changed = await writeTask(place.path, `() => { throw new Error("no"); }`);
    const { comparison } = await replayTask(executor, changed, recorded.folder);
    expect(comparison.differences).toEqual([
      expect.stringMatching(/^outcome: expected an output, got the error TASK_FAILED/),
    ]);
  });

  test("in the requests: a different one, an additional one, a missing one", async () => {
    const call = (path: string, body: string) =>
      `await fetch("${server.url}${path}", { method: "POST", body: ${body} });`;
    const { recorded } = await recordAndReplay(
      `async () => { ${call("/echo", "{ a: 1 }")} ${call("/echo", "{ b: 1 }")} return 1; }`,
    );
    const replayOf = async (body: string) => {
      const changed = await writeTask(place.path, `async () => { try { ${body} } catch {} return 1; }`);
      return (await replayTask(executor, changed, recorded.folder)).comparison.differences;
    };
    expect(await replayOf(`${call("/echo", "{ a: 1 }")} ${call("/echo", "{ b: 2 }")}`)).toEqual([
      `POST ${server.url}/echo has no counterpart in the recording: the most similar one, request 1, differs: body: /b: expected 1, got 2`,
      `request 1, POST ${server.url}/echo, was recorded but not sent`,
    ]);
    expect(await replayOf(`${call("/echo", "{ a: 1 }")}`)).toHaveLength(1);
    const many = `${call("/echo", "{ a: 1 }")} ${call("/echo", "{ b: 1 }")} ${call("/echo", "{ a: 1 }")}`;
    expect(await replayOf(many)).toEqual([expect.stringContaining("all 2 recorded requests have already been used")]);
    expect(await replayOf(`${call("/other", "{ a: 1 }")}`)).toContainEqual(
      expect.stringContaining(`differs: url: recorded ${server.url}/echo, now ${server.url}/other`),
    );
  });

  test("live: the network, the clock and random numbers are real", async () => {
    const { task, recorded } = await recordAndReplay(`async () => (await fetch("${server.url}/text")).text()`);
    const before = server.seen.length;
    const { comparison } = await replayTask(executor, task, recorded.folder, client.send);
    expect([comparison.equal, server.seen.length]).toEqual([true, before + 1]);
    const clock = await recordAndReplay(`() => Date.now()`);
    await nextMillisecond();
    const later = await replayTask(executor, clock.task, clock.recorded.folder, client.send);
    expect(later.comparison.equal).toBe(false);
  });
});

describe("secrets", () => {
  const SECRETS = {
    header: "sk-live-header-0001",
    password: "correct horse+battery/staple=",
    token: "tok_9f8e7d6c5b4a",
    context: "ctx-secret-value",
    cookie: "cookie-value-123",
  };

  test("are in none of the files, and the replay is equal", async () => {
    const program = `async (input, context) => {
      const login = await fetch("${server.url}/echo?api_key=" + encodeURIComponent(input.password), {
        method: "POST",
        headers: { "X-Api-Key": "${SECRETS.header}", Cookie: "sid=${SECRETS.cookie}" },
        body: new URLSearchParams({ client_secret: input.password, access_token: "${SECRETS.token}", user: input.user }),
      });
      const echoed = new URLSearchParams((await login.json()).body);
      const token = echoed.get("access_token");
      const call = await fetch("${server.url}/echo", {
        method: "PUT",
        headers: { Authorization: "Bearer " + token },
        body: { token, note: "with " + token, key: context.secrets.KEY },
      });
      const basic = await fetch("${server.url}/echo", {
        headers: { Authorization: "Basic " + btoa(input.user + ":" + input.password) },
      });
      console.log("token is " + token, { password: input.password }, context.secrets.KEY);
      return {
        token, user: input.user, greeting: "hello " + token, secret: context.secrets.KEY,
        authorization: (await call.json()).headers.authorization,
        basic: (await basic.json()).headers.authorization,
      };
    }`;
    const { recorded, replayed, files } = await recordAndReplay(program, {
      input: { user: "anna", password: SECRETS.password },
      secrets: { KEY: SECRETS.context },
    });
    expect(outputOf(recorded.result)).toMatchObject({ token: SECRETS.token, user: "anna" });
    for (const secret of Object.values(SECRETS)) {
      const forms = [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1), btoa(secret)];
      for (const form of [...forms, btoa(`anna:${SECRETS.password}`)]) {
        for (const [name, text] of Object.entries(files)) expect([name, text.includes(form)]).toEqual([name, false]);
      }
    }
    expect(JSON.parse(files["input.json"] ?? "")).toEqual({ user: "anna", password: "__masked_password_1__" });
    expect(JSON.parse(files["environment.json"] ?? "").secrets).toEqual({ KEY: "__masked_secret_1__" });
    const output = JSON.parse(files["output.json"] ?? "");
    expect(output.token).toMatch(/^__masked_[a-z-]+_\d+__$/);
    expect(output).toMatchObject({
      user: "anna",
      greeting: `hello ${output.token}`,
      secret: "__masked_secret_1__",
      authorization: `Bearer ${output.token}`,
    });
    expect(replayed.comparison.differences).toEqual([]);
  });

  test.each([
    ["the length of a secret in the input", `(input) => input.password.length`],
    [
      "a digest of it",
      `async (input) => new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(input.password)))[0]`,
    ],
    ["a part of it", `(input) => input.password.slice(2, 7)`],
    [
      "a short cookie",
      `async () => (await fetch("${server.url}/echo", { headers: { Cookie: "sid=ab1" } })).headers.get("x-none") ?? "ab1"`,
    ],
    [
      "a short cookie that came back",
      `async () => JSON.parse((await (await fetch("${server.url}/echo", { headers: { Cookie: "sid=ab1" } })).text())).headers.cookie.length`,
    ],
    [
      "a secret in a URL, and its length",
      `async (input) => (await fetch("${server.url}/echo?n=" + input.password.length + "&token=" + input.password)).status`,
    ],
    [
      "a secret in a body, and its length",
      `async (input) => (await fetch("${server.url}/echo", { method: "POST", body: { password: input.password, n: input.password.length } })).status`,
    ],
    [
      "a path that depends on it",
      `async (input) => (await fetch("${server.url}" + (input.password.length < 12 ? "/text" : "/json"))).status`,
    ],
    [
      "an error that depends on it",
      `(input) => { if (input.password.length < 12) throw new DataError("short: " + input.password.length); return 1; }`,
    ],
    ["its order among others", `(input) => [input.password, "m", "z"].sort()`],
  ])("an unchanged run is equal: %s", async (_, program) => {
    const { replayed, recorded } = await recordAndReplay(program, { input: { password: "pass-0001" } });
    expect(replayed.comparison).toEqual({ equal: true, differences: [] });
    expect(recorded.result.usage).toBeDefined();
  });

  test("a changed run is not equal, and is compared with what placeholders gave before", async () => {
    const { recorded, files } = await recordAndReplay(`(input) => ({ n: input.password.length })`, {
      input: { password: "pass-0001" },
    });
    expect(JSON.parse(files["output.json"] ?? "")).toEqual({ n: 9 });
    const changed = await writeTask(place.path, `(input) => ({ n: input.password.length + 1 })`);
    const { comparison } = await replayTask(executor, changed, recorded.folder);
    expect(comparison.differences).toEqual(["output /n: expected 21, got 22"]);
  });

  test("a recording without secrets contains no second run", async () => {
    const { dir } = await recordAndReplay(`() => Math.random()`);
    const [session = ""] = await readdir(dir);
    expect(await readdir(join(dir, session))).not.toContain("replay.json");
  });

  test("an input is accepted even if its placeholder does not match the schema", async () => {
    const task = await writeTask(place.path, `(input) => input.pin`, {
      "input.schema.json": JSON.stringify({ properties: { password: { type: "string", maxLength: 10 } } }),
    });
    const dir = join(place.path, crypto.randomUUID());
    const recorded = await recordTask({
      executor,
      task,
      dir,
      http: client.send,
      input: { password: "pass-0001", pin: "x" },
    });
    const { comparison } = await replayTask(executor, task, recorded.folder);
    expect(comparison).toEqual({ equal: true, differences: [] });
  });

  test("a secret that becomes known late is masked in earlier texts, and the replay is equal", async () => {
    const { files, replayed } = await recordAndReplay(`async () => {
      const value = crypto.randomUUID();
      await fetch("${server.url}/echo?n=" + value);
      await fetch("${server.url}/echo", { method: "POST", body: { password: value } });
      return "used " + value;
    }`);
    expect(JSON.parse(files["output.json"] ?? "")).toBe("used __masked_password_1__");
    expect(files["requests.har"]).toContain("/echo?n=__masked_password_1__");
    expect(replayed.comparison.differences).toEqual([]);
  });

  test("two tokens that were swapped are a difference", async () => {
    const program = (first: number) => `async (input) => {
      const tokens = [input.token, input.refresh_token];
      return (await fetch("${server.url}/echo", { method: "POST", body: { note: tokens[${first}] } })).status;
    }`;
    const input = { token: "first-token-value", refresh_token: "second-token-value" };
    const { recorded } = await recordAndReplay(program(0), { input });
    const changed = await writeTask(place.path, program(1));
    const { comparison } = await replayTask(executor, changed, recorded.folder);
    expect(comparison.equal).toBe(false);
  });

  test("a recorded replay is the same recording again", async () => {
    const program = `async (input) => (await fetch("${server.url}/echo", { method: "POST", body: input })).json()`;
    const input = { user: "anna", password: "a password of some length" };
    const { task, recorded } = await recordAndReplay(program, { input });
    const { recording } = await replayTask(executor, task, recorded.folder);
    const again = await recordTask({
      executor,
      task,
      dir: join(place.path, "again"),
      http: client.send,
      input: recording.input,
    });
    const text = async (folder: string) => readFile(join(folder, "output.json"), "utf8");
    expect(JSON.parse(await text(again.folder)).body).toBe(JSON.parse(await text(recorded.folder)).body);
  });

  test("what a program awaits at its top level is recorded and replayed too", async () => {
    const program = `
      const echo = await (await fetch("${server.url}/echo", { method: "POST", body: crypto.randomUUID() })).json();
      await Promise.all([3, 1, 2].map((ms) => new Promise((resolve) => setTimeout(resolve, ms))));
      const loaded = [echo.body, Date.now(), Math.random()];
      export default async () => [...loaded, (await fetch("${server.url}/echo")).status];`;
    const { recorded, replayed } = await recordAndReplay(program);
    expect(replayed.comparison.differences).toEqual([]);
    expect(outputOf(replayed.result)).toEqual(outputOf(recorded.result));
    expect(outputOf(recorded.result)).toEqual([expect.any(String), expect.any(Number), expect.any(Number), 200]);
  });

  test("live responses are masked before they are compared", async () => {
    const program = `async () => {
      const echo = await fetch("${server.url}/echo", { method: "POST", body: { token: crypto.randomUUID() } });
      return { token: JSON.parse((await echo.json()).body).token, n: 1 };
    }`;
    const { task, recorded } = await recordAndReplay(program);
    const { comparison } = await replayTask(executor, task, recorded.folder, client.send);
    expect(comparison.differences).toEqual([]);
  });
});
