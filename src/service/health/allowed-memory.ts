import { readFileSync } from "node:fs";
import { totalmem } from "node:os";
import { join } from "node:path";

/** Where the limits of the process are written. */
export interface MemoryFiles {
  /** The file with the process's cgroups. @default "/proc/self/cgroup" */
  cgroups?: string;
  /** Where the cgroups are mounted. @default "/sys/fs/cgroup" */
  root?: string;
  /** Memory of the machine, bytes. @default what the system says */
  machineBytes?: number;
}

/**
 * Returns how much memory the process may have, bytes: the lowest limit of its cgroups and their parents (version 1 and 2), or
 * the machine's memory if that is lower or there is no limit. A container that does not see its own place in the hierarchy
 * has its limit at the root.
 */
export function allowedMemory(files: MemoryFiles = {}): number {
  const { cgroups = "/proc/self/cgroup", root = "/sys/fs/cgroup", machineBytes = totalmem() } = files;
  let allowed = machineBytes;
  for (const { folder, path, file } of placesOf(readText(cgroups) ?? "")) {
    const parts = path.split("/").filter((part) => part !== "" && part !== "..");
    for (let depth = parts.length; depth >= 0; depth--) {
      const limit = Number(readText(join(root, folder, ...parts.slice(0, depth), file)) ?? Number.NaN);
      if (limit > 0) allowed = Math.min(allowed, limit);
    }
  }
  return allowed;
}

/** The places of a process in the hierarchies that can limit its memory (cgroups(7)). */
function placesOf(cgroups: string): { folder: string; path: string; file: string }[] {
  return cgroups.split("\n").flatMap((line) => {
    const [, hierarchy, controllers = "", path = ""] = /^(\d+):([^:]*):(.*)$/.exec(line) ?? [];
    if (hierarchy === "0" && controllers === "") return [{ folder: "", path, file: "memory.max" }];
    if (!controllers.split(",").includes("memory")) return [];
    return [{ folder: "memory", path, file: "memory.limit_in_bytes" }];
  });
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return undefined;
  }
}
