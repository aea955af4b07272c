import { expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { allowedMemory } from "../../src/service/health/allowed-memory.ts";
import { temporaryFolder } from "../support/ratchet.ts";

const MACHINE = 8 * 1024 ** 3;

/** How much a process may have whose system has these files. */
function allowedWith(cgroups: string, limits: Record<string, string>): number {
  using folder = temporaryFolder();
  const root = join(folder.path, "cgroup");
  for (const [path, text] of Object.entries({ "../self": cgroups, ...limits })) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  return allowedMemory({ root, cgroups: join(folder.path, "self"), machineBytes: MACHINE });
}

test.each<[name: string, cgroups: string, limits: Record<string, string>, allowed: number]>([
  ["no cgroup", "", {}, MACHINE],
  [
    "version 2",
    "0::/app.slice/ratchet.service\n",
    { "app.slice/ratchet.service/memory.max": "536870912\n" },
    536870912,
  ],
  ["version 2 without a limit", "0::/a\n", { "a/memory.max": "max\n" }, MACHINE],
  ["a lower limit of the parent", "0::/a/b\n", { "a/memory.max": "1000000\n", "a/b/memory.max": "2000000\n" }, 1000000],
  ["a container that is its own root", "0::/\n", { "memory.max": "268435456\n" }, 268435456],
  ["a container that sees the host's path", "0::/../../docker/x\n", { "memory.max": "268435456\n" }, 268435456],
  ["version 1", "9:cpu,memory:/docker/x\n", { "memory/docker/x/memory.limit_in_bytes": "3000000\n" }, 3000000],
  ["version 1 in a container", "9:memory:/docker/x\n", { "memory/memory.limit_in_bytes": "3000000\n" }, 3000000],
  ["version 1 without a limit", "9:memory:/\n", { "memory/memory.limit_in_bytes": "9223372036854771712\n" }, MACHINE],
  ["both versions", "4:memory:/\n0::/x\n", { "memory/memory.limit_in_bytes": "5000000\n" }, 5000000],
  ["more than the machine has", "0::/\n", { "memory.max": "99999999999999\n" }, MACHINE],
  ["what is not a number", "0::/\n", { "memory.max": "?\n" }, MACHINE],
])("%s", (_name, cgroups, limits, allowed) => {
  expect(allowedWith(cgroups, limits)).toBe(allowed);
});
