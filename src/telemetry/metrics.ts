import type { Meter } from "./measurements.ts";

/** Figures that are read when they are asked for. Counts by status; times in ms. */
export interface MetricsSource {
  jobs(): Promise<Record<string, number>>;
  executions(): Promise<Record<string, number>>;
  /** Age of the oldest ready job, ms; null when none is ready. */
  oldestReadyMs(): Promise<number | null>;
  runningDirect(): number;
  /** Processes that take jobs. */
  workers(): Promise<number>;
  /** How late the schedule that is due next is, ms; 0 when none is due. */
  schedulerLagMs(): Promise<number>;
  /** Sources of tasks, with `stale` and `unavailable` among their states. */
  sources(): readonly { name: string; state: string }[];
  eventClients(): number;
  cache(): { entries: number; bytes: number; hits: number; misses: number; purged: number };
}

/** The server's figures for Prometheus. */
export interface Metrics extends Meter {
  /**
   * Counts an answered request.
   * @param route with its parameters as names: a path of its own for every job would never end
   * @param seconds until the answer was made
   */
  request(method: string, route: string, status: number, seconds: number): void;
  /** All figures in Prometheus' text format, version 0.0.4. */
  text(): Promise<string>;
  contentType: string;
}

/** Upper bounds of the buckets of durations, seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Makes the figures. The client is loaded here, so that what never counts never loads it. */
export async function createMetrics(source: MetricsSource): Promise<Metrics> {
  const { Counter, Gauge, Histogram, Registry } = await import("prom-client");
  const registry = new Registry();
  const registers = [registry];
  const requests = new Counter({
    name: "ratchet_http_requests_total",
    help: "Requests answered.",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const durations = new Histogram({
    name: "ratchet_http_request_duration_seconds",
    help: "Time from a request to its answer.",
    labelNames: ["route"],
    buckets: BUCKETS,
    registers,
  });
  const executionSeconds = new Histogram({
    name: "ratchet_execution_duration_seconds",
    help: "How long programs ran, each attempt for itself.",
    labelNames: ["status"],
    buckets: BUCKETS,
    registers,
  });
  const commitSeconds = new Histogram({
    name: "ratchet_store_commit_seconds",
    help: "Time for writes that were grouped to reach the disk.",
    buckets: BUCKETS,
    registers,
  });
  const counter = (name: string, help: string, read: () => number) =>
    new Counter({
      name,
      help,
      registers,
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  const gauge = (name: string, help: string, read: () => number | Promise<number>) =>
    new Gauge({
      name,
      help,
      registers,
      async collect() {
        this.set(await read());
      },
    });
  const byStatus = (name: string, help: string, read: () => Promise<Record<string, number>>) =>
    new Gauge({
      name,
      help,
      labelNames: ["status"],
      registers,
      async collect() {
        for (const [status, count] of Object.entries(await read())) this.set({ status }, count);
      },
    });
  byStatus("ratchet_jobs", "Jobs that are kept, by status.", source.jobs);
  byStatus("ratchet_executions", "Executions that are kept, by status.", source.executions);
  gauge("ratchet_queue_depth", "Jobs that wait: for a worker, for their time, for a limit, for a retry.", async () => {
    const { queued = 0, retrying = 0 } = await source.jobs();
    return queued + retrying;
  });
  gauge("ratchet_queue_oldest_ready_seconds", "Age of the oldest job that could run.", async () => {
    return ((await source.oldestReadyMs()) ?? 0) / 1_000;
  });
  gauge("ratchet_direct_executions_running", "Direct executions that run.", source.runningDirect);
  gauge("ratchet_workers", "Processes that take jobs.", source.workers);
  gauge("ratchet_scheduler_lag_seconds", "How late the schedule that is due next is.", async () => {
    return (await source.schedulerLagMs()) / 1_000;
  });
  new Gauge({
    name: "ratchet_registry_source_stale",
    help: "1 for a source that can't be reached: its last verified copy serves, if there is one.",
    labelNames: ["source"],
    registers,
    collect() {
      this.reset();
      for (const { name, state } of source.sources()) {
        this.set({ source: name }, state === "stale" || state === "unavailable" ? 1 : 0);
      }
    },
  });
  gauge("ratchet_event_clients", "Listeners to events.", source.eventClients);
  gauge("ratchet_task_cache_entries", "Tasks in the content cache.", () => source.cache().entries);
  gauge("ratchet_task_cache_bytes", "Bytes in the content cache.", () => source.cache().bytes);
  counter("ratchet_task_cache_hits_total", "Tasks found in the content cache.", () => source.cache().hits);
  counter("ratchet_task_cache_misses_total", "Tasks not found in the content cache.", () => source.cache().misses);
  counter("ratchet_task_cache_purged_total", "Tasks dropped from the content cache.", () => source.cache().purged);
  addProcessFigures(gauge, counter);
  return {
    request(method, route, status, seconds) {
      requests.inc({ method, route, status });
      durations.observe({ route }, seconds);
    },
    execution: (status, seconds) => executionSeconds.observe({ status }, seconds),
    commit: (seconds) => commitSeconds.observe(seconds),
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}

type AddFigure = (name: string, help: string, read: () => number) => unknown;

/** The usual names of what every process has. */
function addProcessFigures(gauge: AddFigure, counter: AddFigure): void {
  const startedAt = Date.now() / 1_000 - process.uptime();
  gauge("process_resident_memory_bytes", "Resident memory.", () => process.memoryUsage.rss());
  gauge("process_start_time_seconds", "When the process was started, seconds since 1970.", () => startedAt);
  counter("process_cpu_seconds_total", "Processor time used.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
}
