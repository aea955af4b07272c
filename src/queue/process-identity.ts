import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { WorkerIdentity } from "../store/contract/workers.ts";

/** Distinguishes this machine since its last boot, and this process, from all others. */
export interface ProcessIdentity {
  /** Host name, boot id and process namespace, separated by `|`. */
  host: string;
  pid: number;
  /** Distinguishes a process from a later one with the same pid; empty if the system does not provide it. */
  processStart: string;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}

/** Returns the start time in clock ticks since boot: field 22 of /proc/PID/stat (proc(5)). Empty if it is unavailable. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  // The second field is a name in parentheses that may itself contain spaces and parentheses.
  const rest = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return rest[19] ?? "";
}

function namespaceId(): string {
  try {
    return readlinkSync("/proc/self/ns/pid");
  } catch {
    return "";
  }
}

/** Returns the identity of this process. */
export function processIdentity(): ProcessIdentity {
  const host = [hostname(), read("/proc/sys/kernel/random/boot_id"), namespaceId()].join("|");
  return { host, pid: process.pid, processStart: startOf(process.pid) };
}

/** Returns the name of the machine on which a worker runs. */
export function machineName({ host }: Pick<WorkerIdentity, "host">): string {
  return host.split("|")[0] ?? "";
}

/**
 * Returns true if a worker's process is certainly dead. If this machine can't tell, it returns false, and the lease
 * decides.
 */
export function isCertainlyDead(
  worker: Pick<WorkerIdentity, "host" | "pid" | "processStart">,
  self: ProcessIdentity,
): boolean {
  const [name, boot, namespace] = worker.host.split("|");
  const [ownName, ownBoot, ownNamespace] = self.host.split("|");
  if (name !== ownName) return false;
  // The machine was restarted, so its earlier processes are dead.
  if (boot !== ownBoot) return boot !== "" && ownBoot !== "";
  // A pid of another container means nothing here.
  if (namespace !== ownNamespace) return false;
  if (worker.pid === self.pid) return worker.processStart !== self.processStart;
  try {
    process.kill(worker.pid, 0);
  } catch (error) {
    // EPERM: the process exists and belongs to another user.
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  return worker.processStart !== "" && startOf(worker.pid) !== worker.processStart;
}
