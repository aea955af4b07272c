import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonValue } from "../../src/domain/json.ts";
import { readText } from "../../src/domain/shared-text.ts";
import { createHttpClient } from "../../src/http/http-client.ts";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { defineTask } from "../../src/task/define-task.ts";
import { ended, requestFor } from "../conformance/request.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";
import { corpusTask, packagesOf, programNames, programPath, writeCorpusTask } from "./corpus-task.ts";
import { KNOWN_FAILURES } from "./known-failures.ts";
import { startCorpusServer } from "./server.ts";

const names = programNames();
/** Programs that the executable runs too, from a folder with a copy of the packages. */
const IN_EXECUTABLE = ["ajv", "date-fns", "handlebars", "yaml", "zod"];

describe("popular packages", () => {
  const server = startCorpusServer();
  const executor = createInlineExecutor();
  const http = createHttpClient();
  const input = { url: server.url };

  afterAll(async () => {
    await executor.stop();
    await http.stop();
    await server[Symbol.asyncDispose]();
  });

  /** What a program returns in Bun itself. */
  async function inBun(name: string): Promise<JsonValue> {
    const { default: program } = await import(programPath(name));
    return JSON.parse(JSON.stringify(await program(input)));
  }

  /** What it returns in a task. @throws when it can't be loaded, or fails */
  async function inTask(name: string): Promise<JsonValue> {
    const task = await defineTask(corpusTask(name));
    const request = { ...requestFor("", { input, http: http.send }), program: await task.program() };
    const outcome = ended(await executor.execute(request));
    if (outcome.status === "failed") throw outcome.error;
    return JSON.parse(readText(outcome.outputJson));
  }

  test.each(names.filter((name) => KNOWN_FAILURES[name] === undefined))("%s", async (name) => {
    const expected = await inBun(name);
    expect(await inTask(name)).toEqual(expected);
  });

  test.each(Object.keys(KNOWN_FAILURES))("%s is a known failure, and still fails", async (name) => {
    const [expected, found] = await Promise.allSettled([inBun(name), inTask(name)]);
    expect(expected.status).toBe("fulfilled");
    expect(found).not.toEqual(expected);
  });

  describe("in the executable", () => {
    const folder = temporaryFolder();
    beforeAll(() => {
      for (const name of IN_EXECUTABLE) writeCorpusTask(name, join(folder.path, name));
    });
    afterAll(() => folder[Symbol.dispose]());

    test.each(IN_EXECUTABLE)("%s", async (name) => {
      const path = join(folder.path, name);
      const { stdout, stderr, exitCode } = await ratchet([
        "run-once",
        "--from-fs",
        path,
        "--input-json",
        JSON.stringify(input),
      ]);
      expect([stderr, exitCode]).toEqual(["", 0]);
      expect(JSON.parse(stdout)).toEqual(await inBun(name));
    });
  });
});

describe("the corpus", () => {
  const { dependencies } = JSON.parse(readFileSync(join(import.meta.dir, "package.json"), "utf8"));

  test("uses each package that it installs, in an exact version, and no other", () => {
    const used = new Set(names.flatMap(packagesOf));
    expect([...used].sort()).toEqual(Object.keys(dependencies).sort());
    for (const version of Object.values(dependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });

  test("has at least 60 packages", () => {
    expect(Object.keys(dependencies).length).toBeGreaterThanOrEqual(60);
  });

  test("knows failures of its programs only", () => {
    expect(names).toEqual(expect.arrayContaining(Object.keys(KNOWN_FAILURES)));
  });
});
