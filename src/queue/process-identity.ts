import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import type { WorkerIdentity } from "../store/contract/workers.ts";

/** What tells this machine, since its last start, and this process from others. */
export interface ProcessIdentity {
  /** Host name, boot and process namespace, in one text. */
  host: string;
  pid: number;
  /** Tells a process from a later one with the same pid; empty where the system does not say. */
  processStart: string;
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8").trim();
  } catch {
    return "";
  }
}

/** Start time in clock ticks since boot: field 22 of /proc/PID/stat (proc(5)). Empty where there is none. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  // The second field is a name in brackets that can hold spaces and brackets of its own.
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

/** Identity of this process. */
export function processIdentity(): ProcessIdentity {
  const host = [hostname(), read("/proc/sys/kernel/random/boot_id"), namespaceId()].join("|");
  return { host, pid: process.pid, processStart: startOf(process.pid) };
}

/** Name of the machine on which a worker runs, from its {@link ProcessIdentity}. */
export function machineName({ host }: Pick<WorkerIdentity, "host">): string {
  return host.split("|")[0] ?? "";
}

/**
 * Whether a worker's process is certainly gone. false also means that nobody here can tell: then its lease decides.
 */
export function isCertainlyDead(
  worker: Pick<WorkerIdentity, "host" | "pid" | "processStart">,
  self: ProcessIdentity,
): boolean {
  const [name, boot, namespace] = worker.host.split("|");
  const [ownName, ownBoot, ownNamespace] = self.host.split("|");
  if (name !== ownName) return false;
  // The machine was restarted, so nothing of before runs any more.
  if (boot !== ownBoot) return boot !== "" && ownBoot !== "";
  // A pid means nothing in another container.
  if (namespace !== ownNamespace) return false;
  if (worker.pid === self.pid) return worker.processStart !== self.processStart;
  try {
    process.kill(worker.pid, 0);
  } catch (error) {
    // EPERM: it is there and belongs to someone else.
    return (error as NodeJS.ErrnoException).code === "ESRCH";
  }
  return worker.processStart !== "" && startOf(worker.pid) !== worker.processStart;
}
