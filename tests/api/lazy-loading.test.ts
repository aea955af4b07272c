import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";

const ROOT = join(import.meta.dir, "../..");

/** Sources that a command loads, from the repository's root. */
function loadsOf(...args: string[]): { stdout: string; stderr: string; loaded: string[] } {
  const folder = mkdtempSync(join(tmpdir(), "ratchet-loads-"));
  try {
    const record = join(folder, "loads");
    const { stdout, stderr } = Bun.spawnSync(
      [process.execPath, "--preload", join(import.meta.dir, "record-loads.ts"), join(ROOT, "src/main.ts"), ...args],
      { cwd: ROOT, env: { ...process.env, RECORD_LOADS: record } },
    );
    const loaded = readFileSync(record, "utf8").trim().split("\n");
    return {
      stdout: stdout.toString(),
      stderr: stderr.toString(),
      loaded: loaded.map((path) => relative(ROOT, path)),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test("run-once loads no module of the server", () => {
  const input = '{"num1":5,"num2":10}';
  const { stdout, stderr, loaded } = loadsOf("run-once", "--from-fs", "tasks/addition", "--input-json", input);
  expect({ stdout, stderr }).toEqual({ stdout: '{"sum":15}\n', stderr: "" });
  // That the record works at all.
  expect(loaded).toContain("src/cli/commands/run-once/command.ts");
  const ofServer = loaded.filter((path) =>
    /^src\/(?:api|store|queue|scheduler|registry|dashboard|app\.ts)|^node_modules\/(?:elysia|graphql|prom-client|@pothos)/.test(
      path,
    ),
  );
  expect(ofServer).toEqual([]);
});
