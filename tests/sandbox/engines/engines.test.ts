import { afterAll, describe, expect, test } from "bun:test";
import { DEFAULT_ENGINE, ENGINE_NAMES } from "../../../src/domain/engines.ts";
import { readText } from "../../../src/domain/shared-text.ts";
import { execute } from "../../../src/execution/execute.ts";
import type { EngineTable } from "../../../src/sandbox/engine/engine.ts";
import { ENGINES } from "../../../src/sandbox/engines.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { createInlineExecutor } from "../../../src/sandbox/inline.ts";
import { createPoolExecutor, type PoolOptions } from "../../../src/sandbox/pool/pool.ts";
import { loadTask } from "../../../src/task/load.ts";
import { answers, failureOf, outputOf } from "../../conformance/request.ts";
import { makeTask } from "../../support/made-task.ts";
import { temporaryFolder } from "../../support/ratchet.ts";
import { ECHO, TEST_ENGINES } from "./echo-engine.ts";

const THREAD = new URL("./test-engines-thread.ts", import.meta.url).href;
const folder = temporaryFolder();
const executors: Executor[] = [];
afterAll(async () => {
  await Promise.all(executors.map((executor) => executor.stop()));
  folder[Symbol.dispose]();
});

function kept(executor: Executor): Executor {
  executors.push(executor);
  return executor;
}

const pool = (engines: EngineTable = TEST_ENGINES, more: PoolOptions = {}) =>
  kept(createPoolExecutor({ workers: 1, engines, spawn: () => new Worker(THREAD), ...more }));
const inline = (engines: EngineTable = TEST_ENGINES) => kept(createInlineExecutor({ engines }));

const WHICH = "() => 'QuickJS ran this'";

describe("the table of engines", () => {
  test("has an engine for each name, under its own name", () => {
    expect(Object.keys(ENGINES).sort()).toEqual([...ENGINE_NAMES].sort());
    for (const [name, engine] of Object.entries(ENGINES)) expect(engine.name).toBe(name as typeof DEFAULT_ENGINE);
    expect(ENGINE_NAMES).toContain(DEFAULT_ENGINE);
  });

  test("has the names that the schema of metadata.json allows", async () => {
    const schema = await import("../../../docs/schemas/task-metadata.schema.json");
    expect(schema.properties.engine).toEqual({ enum: [...ENGINE_NAMES], default: DEFAULT_ENGINE });
  });
});

describe.each([
  ["inline", inline, { use: "once", shared: true }],
  ["pool", pool, { use: "many", shared: true }],
] as const)("the %s executor", (_name, create, loaded) => {
  const executor = create();

  test("runs the engine that the request names, with what that engine has loaded", async () => {
    expect(await outputOf(executor, WHICH)).toBe("QuickJS ran this");
    const output = await outputOf(executor, WHICH, { engine: "echo" });
    expect(output).toMatchObject({ engine: "echo", code: WHICH, label: "conformance", ...loaded });
    expect(await outputOf(executor, WHICH)).toBe("QuickJS ran this");
  });

  test("runs several engines at a time", async () => {
    const names = ["quickjs", "echo", "echo", "quickjs"];
    const outputs = await Promise.all(names.map((engine) => outputOf(executor, WHICH, { engine })));
    expect(outputs.map((output) => (typeof output === "string" ? "quickjs" : "echo"))).toEqual(names as never);
  });

  test("carries the fetches and the console of any engine", async () => {
    const lines: string[] = [];
    const output = await outputOf(executor, WHICH, {
      engine: "echo",
      input: { url: "http://service.test/" },
      http: answers(204),
      onLog: ({ message }) => lines.push(message),
    });
    expect(output).toMatchObject({ status: 204 });
    expect(lines).toEqual(["echo"]);
  });

  test("lists the engines if a request asks for an unknown one", async () => {
    const error = await failureOf(executor, WHICH, { engine: "v8" });
    expect(error).toMatchObject({
      code: "TASK_INVALID",
      message: 'There is no engine "v8".',
      remedy: "Choose one of: quickjs, echo, broken.",
    });
    expect((await failureOf(executor, WHICH, { engine: "toString" })).code).toBe("TASK_INVALID");
  });

  test("continues with its other engines if one can't be loaded, and tries to load that one again", async () => {
    let attempts = 0;
    const load: (typeof ECHO)["load"] = async (use) => {
      attempts += 1;
      if (attempts === 1) throw new Error("not now");
      return ECHO.load(use);
    };
    const other = create({ ...TEST_ENGINES, echo: { ...ECHO, load } });
    const run = (engine: string) => outputOf(other, WHICH, { engine }).catch(() => "failed");
    expect(await Promise.all([run("echo"), run("quickjs")])).toEqual(["failed", "QuickJS ran this"]);
    expect(await run("echo")).toMatchObject({ engine: "echo" });
  });

  test("chooses by the task's metadata, unless the request asks for another engine", async () => {
    const path = makeTask(folder.path, { label: `which-${_name}`, main: `(${WHICH})` });
    const quickjs = await loadTask(path);
    const echo = { ...quickjs, metadata: { ...quickjs.metadata, engine: "echo" } };
    const engineOf = async (request: { task: typeof quickjs; engine?: string }) => {
      const result = await execute({ ...request, input: {}, executor, http: answers(204) });
      if (result.status === "failed") throw result.error;
      return readText(result.outputJson).includes("echo") ? "echo" : "quickjs";
    };
    expect(await engineOf({ task: quickjs })).toBe("quickjs");
    expect(await engineOf({ task: echo })).toBe("echo");
    expect(await engineOf({ task: echo, engine: "quickjs" })).toBe("quickjs");
    expect(await engineOf({ task: quickjs, engine: "echo" })).toBe("echo");
  });
});

test("an engine that can't start on a Worker fails only the executions that need it", async () => {
  const executor = pool();
  const error = await failureOf(executor, WHICH, { engine: "broken" });
  expect(error).toMatchObject({ code: "INTERNAL", message: "the engine could not start: it can't start" });
  expect(await outputOf(executor, WHICH)).toBe("QuickJS ran this");
});
