import { expect, test } from "bun:test";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crashRuns } from "../support/crash-runs.ts";

const EXECUTABLE = join(import.meta.dir, "../../dist/ratchet");

test("runs end as they should, however often the server is killed", async () => {
  const folder = mkdtempSync(join(tmpdir(), "ratchet-crash-"));
  try {
    const report = await crashRuns({ command: [EXECUTABLE], folder, kills: 8, loadMs: 600 });
    expect(report.damage).toEqual([]);
    expect(report.runs).toBeGreaterThan(report.kills);
    expect(report.effects).toBeGreaterThan(0);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);
