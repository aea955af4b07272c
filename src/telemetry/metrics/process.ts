import { readdirSync, readFileSync } from "node:fs";
import type { Meter } from "../measurements.ts";
import type { Families } from "./families.ts";

/** Upper bounds of the buckets of event loop lag, seconds. */
const LAG_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Adds the families that every process has, under their usual names. @param version of the program */
export function addProcessFamilies(
  { client, registers, gauge, gauges, counter }: Families,
  { version, commit }: { version: string; commit: string },
): Pick<Meter, "eventLoopLag"> {
  const startedAt = Date.now() / 1_000 - process.uptime();
  gauges({
    name: "ratchet_build_info",
    help: "Always 1. The labels say what the program was built from.",
    labels: ["version", "commit"],
    read: () => [{ labels: { version, commit }, value: 1 }],
  });
  gauge("process_resident_memory_bytes", "Resident memory.", () => process.memoryUsage.rss());
  gauge("process_heap_bytes", "Memory of the objects of the main thread.", () => process.memoryUsage().heapUsed);
  gauge("process_open_fds", "Open files and sockets. Linux only.", openFiles);
  gauge("process_max_fds", "The most files and sockets that may be open. Linux only.", maxOpenFiles);
  gauge("process_start_time_seconds", "Start time of the process, in seconds since 1970.", () => startedAt);
  counter("process_cpu_seconds_total", "Processor time used.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
  const lag = new client.Histogram({
    name: "ratchet_event_loop_lag_seconds",
    help: "How much later than asked for the event loop ran a timer, twice a second.",
    buckets: LAG_BUCKETS,
    registers,
  });
  return { eventLoopLag: (seconds) => lag.observe(seconds) };
}

function openFiles(): number | undefined {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return undefined;
  }
}

function maxOpenFiles(): number | undefined {
  try {
    const limit = /^Max open files\s+(\d+)/m.exec(readFileSync("/proc/self/limits", "utf8"))?.[1];
    return limit === undefined ? undefined : Number(limit);
  } catch {
    return undefined;
  }
}
