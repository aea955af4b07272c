import { describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { REPOSITORY, ratchet } from "../support/ratchet.ts";
import { metadata, scratch } from "./scratch.ts";
import { zip } from "./zip-writer.ts";

describe("the executable bundles a task", () => {
  const stats = [
    "run-once",
    "--from-fs",
    join(REPOSITORY, "tasks/typescript-stats"),
    "--input-json",
    '{"values":[1,2,3]}',
  ];

  test("whatever lies in the current folder", async () => {
    using folder = scratch();
    folder.write({
      "package.json": "{ broken",
      "tsconfig.json": "{ broken",
      "bunfig.toml": 'preload = ["./evil.ts"]',
      "evil.ts": `require("node:fs").writeFileSync(${JSON.stringify(folder.path("marker"))}, "ran");`,
      ".env": "NODE_ENV=surprise",
    });
    const { stdout, stderr, exitCode } = await ratchet(stats, { cwd: folder.path() });
    expect([stderr, exitCode]).toEqual(["", 0]);
    expect(JSON.parse(stdout)).toEqual({ count: 3, mean: 2, median: 2, standardDeviation: 0.82 });
    expect(existsSync(folder.path("marker"))).toBe(false);
  });

  test("in an archive, and says where in it an error came from", async () => {
    using folder = scratch();
    folder.write({
      "task.zip": zip([
        { name: "t/metadata.json", data: metadata() },
        { name: "t/main.ts", data: 'import { f } from "./lib/f.ts";\n\nexport default (): number => f();\n' },
        {
          name: "t/lib/f.ts",
          data: "// first\n\nexport function f(): number {\n  throw new DataError('nothing');\n}\n",
        },
      ]),
    });
    const { stdout, stderr, exitCode } = await ratchet(["run-once", "--from-fs", "task.zip"], { cwd: folder.path() });
    expect([stdout, exitCode]).toEqual(["", 1]);
    expect(stderr).toContain("DataError: nothing");
    expect(stderr).toContain("lib/f.ts:4:");
    expect(stderr).toContain("main.ts:3:");
  });

  test("and runs none of its code meanwhile", async () => {
    using folder = scratch();
    const marker = folder.path("marker");
    folder.write({
      "metadata.json": metadata(),
      "main.js": 'import { run } from "./evil.ts" with { type: "macro" };\nconst x = run();\nexport default () => x;\n',
      "evil.ts": `export function run() { require("node:fs").writeFileSync(${JSON.stringify(marker)}, "ran"); return 1; }`,
    });
    const { stderr, exitCode } = await ratchet(["run-once", "--from-fs", "."], { cwd: folder.path() });
    expect(stderr).toContain("Macros are not supported");
    expect(exitCode).toBe(3);
    expect(existsSync(marker)).toBe(false);
  });
});
