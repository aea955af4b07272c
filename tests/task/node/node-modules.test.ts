import { afterAll, describe, expect, test } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { JsonValue } from "../../../src/domain/json.ts";
import { readText } from "../../../src/domain/shared-text.ts";
import { createHttpClient } from "../../../src/http/http-client.ts";
import { createInlineExecutor } from "../../../src/sandbox/inline.ts";
import { NODE_MODULES } from "../../../src/task/node/module-table.ts";
import { ended, requestFor } from "../../conformance/request.ts";
import { startCorpusServer } from "../../corpus/server.ts";
import { programOf, runProgram } from "../run-program.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());

describe("Node.js's modules give the same results as in Bun", () => {
  const server = startCorpusServer();
  const http = createHttpClient();
  const input = { url: server.url };
  afterAll(async () => {
    await http.stop();
    await server[Symbol.asyncDispose]();
  });

  const names = [
    "buffer",
    "crypto",
    "events",
    "http",
    "http-streams",
    "paths",
    "small-modules",
    "stream",
    "utilities",
    "zlib",
  ];

  test.each(names)("%s", async (name) => {
    const path = join(import.meta.dir, "programs", `${name}.ts`);
    const { default: run } = (await import(path)) as { default: (input: object) => unknown };
    const expected: JsonValue = JSON.parse(JSON.stringify(await run(input)));
    const program = await programOf({ "main.ts": readFileSync(path) });
    const outcome = ended(await executor.execute({ ...requestFor("", { input, http: http.send }), program }));
    if (outcome.status === "failed") throw outcome.error;
    expect(JSON.parse(readText(outcome.outputJson))).toEqual(expected);
  });
});

describe("what a task does not have", () => {
  async function resultOf(main: string): Promise<unknown> {
    const result = await runProgram(executor, await programOf({ "main.js": main }), null);
    return "output" in result ? result.output : result.error.message;
  }

  test.each(Object.keys(NODE_MODULES))("node:%s can be imported and required", async (name) => {
    const main = `import * as all from "node:${name}"; import one from "node:${name}"; export default () => [typeof all, typeof one, typeof require("node:${name}")];`;
    const [, imported, required] = (await resultOf(main)) as string[];
    expect([imported, required]).not.toContain("undefined");
    expect(imported).toBe(required);
  });

  test.each([
    [
      'import { readFileSync } from "fs"; export default () => readFileSync("/etc/passwd");',
      "fs.readFileSync is not available: a task has no files when it runs. Import the file,",
    ],
    [
      'import { readFile } from "node:fs/promises"; export default () => readFile("/etc/passwd");',
      "fs/promises.readFile is not available: a task has no files",
    ],
    ['import fs from "fs"; export default () => fs.promises.stat("/");', "fs.promises.stat is not available"],
    [
      'import { connect } from "net"; export default () => connect(80);',
      "net.connect is not available: a task has no sockets. Use fetch",
    ],
    [
      'import { Socket } from "net"; class Mine extends Socket {}; export default () => new Mine();',
      "net.Socket is not available",
    ],
    [
      'import { spawnSync } from "child_process"; export default () => spawnSync("id");',
      "child_process.spawnSync is not available: a task is no process",
    ],
    [
      'import { createServer } from "http"; export default () => createServer();',
      "http.createServer is not available: a task can't listen",
    ],
    [
      'import { createCipheriv } from "crypto"; export default () => createCipheriv("aes", "", "");',
      "crypto.createCipheriv is not available: a task's node:crypto has hashes",
    ],
    [
      'import { brotliCompressSync } from "zlib"; export default () => brotliCompressSync("");',
      "zlib.brotliCompressSync is not available",
    ],
    ["export default () => process.exit(1);", "process.exit is not available: a task is not a process. Return"],
  ])("%s says so", async (main, message) => {
    expect(await resultOf(main)).toContain(message);
  });

  test("the errors have Node.js's code, and constants are there", async () => {
    const main = `import fs from "fs"; import http2 from "http2";
      export default () => { try { fs.openSync("/"); } catch (error) { return [error.code, fs.constants.O_CREAT, http2.constants.HTTP2_HEADER_PATH, fs.existsSync("/")]; } };`;
    expect(await resultOf(main)).toEqual(["ERR_FEATURE_UNAVAILABLE_ON_PLATFORM", 64, ":path", false]);
  });

  test("process and os show nothing of the host", async () => {
    process.env.RATCHET_TEST_SECRET = "hunter2";
    const main = `import os from "os";
      const all = [process.env, process.argv, process.execPath, process.cwd(), process.pid, process.versions, process.platform, process.memoryUsage(), os.hostname(), os.homedir(), os.userInfo(), os.cpus(), os.networkInterfaces(), os.totalmem()];
      export default () => all;`;
    const program = await programOf({ "main.js": main });
    const result = await runProgram(executor, program, null);
    delete process.env.RATCHET_TEST_SECRET;
    expect("output" in result && result.output).toEqual([
      { NODE_ENV: "production" },
      [],
      "",
      "/",
      1,
      {},
      "linux",
      { rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 },
      "localhost",
      "/",
      { uid: -1, gid: -1, username: "", homedir: "/", shell: null },
      [],
      {},
      0,
    ]);
    for (const secret of ["hunter2", process.execPath, process.cwd()]) expect(program.code).not.toContain(secret);
  });
});

describe("globals of Node.js", () => {
  test.each([
    ["a plain script", "main.js", "(function () { return Buffer.from('hi').toString('base64'); });", "aGk="],
    ["a script that names its function", "main.js", "function main() { return process.platform; }", "linux"],
    ["a module", "main.js", "export default () => [typeof Buffer, globalThis.process.title].join();", "function,task"],
    ["TypeScript", "main.ts", "export default (): string => Buffer.alloc(2, 'é').toString('hex');", "c3a9"],
  ])("are there in %s", async (_name, file, text, expected) => {
    const result = await runProgram(executor, await programOf({ [file]: text }), null);
    expect(result).toEqual({ output: expected });
  });

  test("are those of the modules, and can be replaced", async () => {
    const main = `import { Buffer as B } from "node:buffer"; import p from "process";
      export default () => { const same = [Buffer === B, process === p]; globalThis.process = 1; return [...same, process]; };`;
    expect(await runProgram(executor, await programOf({ "main.js": main }), null)).toEqual({ output: [true, true, 1] });
  });

  test("come only with programs that use them", async () => {
    for (const main of [
      "// Buffer and process in a comment\n(function (input) { return 'process Buffer'; });",
      "function process(item) { return item; }\n(function (input) { return process(input); });",
      "(function (input) { return input.process; });",
      "(function (input) { return items.map((process) => process.id); });",
    ]) {
      const { code } = await programOf({ "main.js": main });
      expect(code).toContain(main);
    }
    const { code } = await programOf({
      "main.js": 'import f from "./f.js"; export default f;',
      "f.js": "export default () => process.env.NODE_ENV;",
    });
    expect(code.length).toBeLessThan(5_000);
  });
});
