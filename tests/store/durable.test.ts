import { expect, test } from "bun:test";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Needs strace(1): nothing else shows that the disk was asked to sync. */
test.skipIf(Bun.which("strace") === null)(
  "a write is synced before it is acknowledged, and one sync serves many writes",
  async () => {
    const folder = mkdtempSync(join(tmpdir(), "ratchet-durable-"));
    const trace = join(folder, "trace.txt");
    const program = [process.execPath, join(import.meta.dir, "durable-child.ts"), `sqlite:${join(folder, "a.db")}`];
    const child = Bun.spawn(["strace", "-f", "-e", "trace=fsync,fdatasync,write", "-o", trace, ...program], {
      stderr: "ignore",
    });
    expect(await child.exited).toBe(0);
    const calls: string[] =
      readFileSync(trace, "utf8").match(/OPEN|ACKNOWLEDGED|DONE|f(?:data)?sync\(\d+\)\s+= 0/g) ?? [];
    rmSync(folder, { recursive: true, force: true });
    const between = calls.slice(calls.indexOf("OPEN") + 1, calls.indexOf("DONE"));
    expect(between.filter((call) => call === "ACKNOWLEDGED").length).toBe(32);
    expect(between[0]).toContain("sync");
    expect(between.filter((call) => call.includes("sync")).length).toBeLessThan(4);
  },
);
