import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crashUnderLoad } from "../support/crash-under-load.ts";

const EXECUTABLE = join(import.meta.dir, "../../dist/ratchet");

test("a server that is killed repeatedly under load keeps everything that it acknowledged", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ratchet-crash-"));
  try {
    const report = await crashUnderLoad({ command: [EXECUTABLE], folder, kills: 8, loadMs: 500 });
    expect(report.damage).toEqual([]);
    // The server was under load at each kill. How much it takes on until then depends on the machine.
    expect(report.jobs.size).toBeGreaterThan(report.kills);
    expect(report.executions.size).toBeGreaterThan(0);
    expect(report.firings).toBeGreaterThan(5);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
