import { describe, expect, test } from "bun:test";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { ratchet } from "../support/ratchet.ts";
import { metadata, scratch } from "../task/scratch.ts";

const TASK = {
  "task/metadata.json": metadata(),
  "task/main.ts": 'import { value } from "./value.ts";\nexport default (): string => value;\n',
  "task/value.ts": 'export const value: string = "fresh";\n',
  "task/tests/one.json": '{"input": {}, "expected_output": "fresh"}',
};
const RUN = ["run-once", "--from-fs", "task"];

/** A folder with the task, and an empty folder for the cache. */
function withTask() {
  const folder = scratch();
  folder.write(TASK);
  mkdirSync(folder.path("cache"));
  const kept = () => {
    try {
      return readdirSync(folder.path("cache/ratchet/prepared"));
    } catch {
      return [];
    }
  };
  const run = (args: readonly string[], env: Record<string, string> = {}) =>
    ratchet(args, { cwd: folder.path(), env: { XDG_CACHE_HOME: folder.path("cache"), ...env } });
  return { folder, kept, run, [Symbol.dispose]: () => folder[Symbol.dispose]() };
}

/** Replaces a text in a kept file, which has the hash of its content in front. */
function forge(path: string, from: string, to: string): void {
  const content = Buffer.from(readFileSync(path).subarray(8).toString("latin1").replaceAll(from, to), "latin1");
  const hash = Buffer.alloc(8);
  hash.writeBigUInt64LE(Bun.hash.xxHash3(content));
  writeFileSync(path, Buffer.concat([hash, content]));
}

describe("the next run", () => {
  test("uses the program that an earlier one prepared, and what the engine compiled it to", async () => {
    using place = withTask();
    const { folder, kept, run } = place;
    expect(await run(RUN)).toEqual({ stdout: '"fresh"\n', stderr: "", exitCode: 0 });
    const file = (kind: string) =>
      folder.path("cache/ratchet/prepared", kept().find((name) => name.endsWith(`.${kind}`)) ?? kind);
    // Another result shows where the program comes from: first the compiled form, then the code.
    const compiled = readFileSync(file("quickjs-image"));
    forge(file("program"), "fresh", "saved");
    expect((await run(RUN)).stdout).toBe('"fresh"\n');
    rmSync(file("quickjs-image"));
    expect((await run(RUN)).stdout).toBe('"saved"\n');
    expect(readFileSync(file("quickjs-image"))).not.toEqual(compiled);
    expect((await run([...RUN, "--no-cache"])).stdout).toBe('"fresh"\n');
  });

  test("prepares the program again when a file of it has changed, or when something kept is damaged", async () => {
    using place = withTask();
    const { folder, kept, run } = place;
    await run(RUN);
    folder.write({ "task/value.ts": 'export const value: string = "other";\n' });
    expect((await run(RUN)).stdout).toBe('"other"\n');
    for (const name of kept()) writeFileSync(folder.path("cache/ratchet/prepared", name), "damaged");
    expect(await run(RUN)).toEqual({ stdout: '"other"\n', stderr: "", exitCode: 0 });
    expect(await run(RUN)).toEqual({ stdout: '"other"\n', stderr: "", exitCode: 0 });
  });

  test("reports errors with the same places", async () => {
    using place = withTask();
    const { folder, run } = place;
    folder.write({ "task/value.ts": 'export const value = "";\n' });
    folder.write({
      "task/main.ts":
        'import { value } from "./value.ts";\n\nexport default () => {\n  throw new DataError("no" + value);\n};\n',
    });
    const first = await run(RUN);
    expect(first.stderr).toContain("main.ts:4:");
    expect(await run(RUN)).toEqual(first);
    expect(await run([...RUN, "--no-cache"])).toEqual(first);
  });

  test("loads a program that looks at the clock again, from bytecode from the third run on", async () => {
    using place = withTask();
    const { folder, kept, run } = place;
    folder.write({ "task/main.ts": "const at = Date.now();\nexport default (): number => at;\n" });
    const kinds = () =>
      kept()
        .filter((name) => name.includes(".quickjs"))
        .map((name) => name.replace(/^.*\./, ""))
        .sort();
    const found: [string, string[]][] = [];
    for (let i = 0; i < 3; i++) found.push([(await run(RUN)).stdout, kinds()]);
    expect(found.map(([, names]) => names)).toEqual([
      ["quickjs-image"],
      ["quickjs-bytecode", "quickjs-image"],
      ["quickjs-bytecode", "quickjs-image"],
    ]);
    expect(new Set(found.map(([stdout]) => stdout)).size).toBe(3);
  });

  test("reports syntax that only the engine finds, each time", async () => {
    using place = withTask();
    const { folder, kept, run } = place;
    folder.write({ "task/main.ts": "export default () => { new RegExp; return /(?<a>.)(?<a>.)/; };\n" });
    const first = await run(RUN);
    expect([first.exitCode, await run(RUN)]).toEqual([3, first]);
    expect(kept().filter((name) => name.includes(".quickjs"))).toEqual([]);
  });
});

describe("nothing is kept", () => {
  test("with --no-cache, or if the configuration says so", async () => {
    using place = withTask();
    const { kept, run } = place;
    for (const command of [RUN, ["test", "--from-fs", "task"]]) {
      expect((await run([...command, "--no-cache"])).exitCode).toBe(0);
      expect((await run(command, { RATCHET_CACHE_PREPARED: "false" })).exitCode).toBe(0);
    }
    expect(kept()).toEqual([]);
    expect((await run(["test", "--from-fs", "task"])).exitCode).toBe(0);
    expect(kept()).not.toEqual([]);
  });

  test("without a home, and if the cache can't be written", async () => {
    using place = withTask();
    const { folder, run } = place;
    const homeless: Record<string, string>[] = [
      { XDG_CACHE_HOME: "", HOME: folder.path("nobody") },
      { XDG_CACHE_HOME: "", HOME: "" },
      { XDG_CACHE_HOME: folder.path("task/main.ts") },
      { XDG_CACHE_HOME: "/proc/1" },
    ];
    for (const env of homeless) {
      expect(await run(RUN, env)).toEqual({ stdout: '"fresh"\n', stderr: "", exitCode: 0 });
    }
    expect(readdirSync(folder.path()).sort()).toEqual(["cache", "task"]);
  });
});

test("many processes may use the cache at once", async () => {
  using place = withTask();
  const { kept, run } = place;
  const runs = await Promise.all(Array.from({ length: 6 }, () => run(RUN)));
  for (const one of runs) expect(one).toEqual({ stdout: '"fresh"\n', stderr: "", exitCode: 0 });
  expect(kept().filter((name) => name.endsWith(".new"))).toEqual([]);
  expect(kept()).toHaveLength(5);
});
