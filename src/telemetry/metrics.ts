import type { Meter } from "./measurements.ts";

/** Stats that are read on request: counts by status, and times in ms. */
export interface MetricsSource {
  jobs(): Promise<Record<string, number>>;
  executions(): Promise<Record<string, number>>;
  /** Age of the oldest ready job in ms; null when no job is ready. */
  oldestReadyMs(): Promise<number | null>;
  runningDirect(): number;
  /** Number of processes that claim jobs. */
  workers(): Promise<number>;
  /** How long the next schedule has been due, in ms; 0 when none is due. */
  schedulerLagMs(): Promise<number>;
  /** Sources of tasks. Their states include `stale` and `unavailable`. */
  sources(): readonly { name: string; state: string }[];
  /** Origins that tasks call, with the states of their circuits. */
  origins(): readonly { origin: string; state: string }[];
  eventClients(): number;
  cache(): { entries: number; bytes: number; hits: number; misses: number; purged: number };
}

/** The server's stats for Prometheus. */
export interface Metrics extends Meter {
  /**
   * Counts a request that got its response.
   * @param route with parameter names instead of values, to bound the number of series
   * @param seconds until the response was ready
   */
  request(method: string, route: string, status: number, seconds: number): void;
  /** Returns all stats in the text format of Prometheus, version 0.0.4. */
  text(): Promise<string>;
  contentType: string;
}

/** Upper bounds of the duration buckets, in seconds. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/** Creates the metrics. The client library is loaded here, so that commands without metrics never load it. */
export async function createMetrics(source: MetricsSource): Promise<Metrics> {
  const client = await import("prom-client");
  const registry = new client.Registry();
  const stats = statAdders(client, registry);
  const meters = addMeters(client, registry);
  addQueueStats(stats, source);
  addRegistryStats(stats, source);
  addBreakerStates(client, registry, source);
  stats.gauge("ratchet_event_clients", "Clients that listen to events.", source.eventClients);
  addProcessStats(stats);
  return { ...meters, text: () => registry.metrics(), contentType: registry.contentType };
}

type Client = typeof import("prom-client");
type ClientRegistry = InstanceType<Client["Registry"]>;

/** Adds what is counted as it happens. */
function addMeters({ Counter, Histogram }: Client, registry: ClientRegistry): Omit<Metrics, "text" | "contentType"> {
  const registers = [registry];
  const requests = new Counter({
    name: "ratchet_http_requests_total",
    help: "Requests that got a response.",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const durations = new Histogram({
    name: "ratchet_http_request_duration_seconds",
    help: "Time from a request to its response.",
    labelNames: ["route"],
    buckets: BUCKETS,
    registers,
  });
  const executionSeconds = new Histogram({
    name: "ratchet_execution_duration_seconds",
    help: "How long programs ran, per attempt.",
    labelNames: ["status"],
    buckets: BUCKETS,
    registers,
  });
  const commitSeconds = new Histogram({
    name: "ratchet_store_commit_seconds",
    help: "Time until a group of writes was on disk.",
    buckets: BUCKETS,
    registers,
  });
  return {
    request(method, route, status, seconds) {
      requests.inc({ method, route, status });
      durations.observe({ route }, seconds);
    },
    execution: (status, seconds) => executionSeconds.observe({ status }, seconds),
    commit: (seconds) => commitSeconds.observe(seconds),
  };
}

/** Add stats that are read on request. */
interface StatAdders {
  /** A number that only rises. */
  counter(name: string, help: string, read: () => number): void;
  gauge(name: string, help: string, read: () => number | Promise<number>): void;
  /** One number for each value of a label. */
  labelled(name: string, help: string, label: string, read: () => Counts | Promise<Counts>): void;
}

type Counts = Readonly<Record<string, number>>;

function statAdders({ Counter, Gauge }: Client, registry: ClientRegistry): StatAdders {
  const registers = [registry];
  return {
    counter(name, help, read) {
      new Counter({
        name,
        help,
        registers,
        collect() {
          this.reset();
          this.inc(read());
        },
      });
    },
    gauge(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          this.set(await read());
        },
      });
    },
    labelled(name, help, label, read) {
      new Gauge({
        name,
        help,
        labelNames: [label],
        registers,
        async collect() {
          const counts = await read();
          this.reset();
          for (const [value, count] of Object.entries(counts)) this.set({ [label]: value }, count);
        },
      });
    },
  };
}

/** Adds the stats of jobs, executions and schedules. */
function addQueueStats({ gauge, labelled }: StatAdders, source: MetricsSource): void {
  labelled("ratchet_jobs", "Stored jobs by status.", "status", source.jobs);
  labelled("ratchet_executions", "Stored executions by status.", "status", source.executions);
  gauge("ratchet_queue_depth", "Jobs that wait for a worker, their time, a limit or a retry.", async () => {
    const { queued = 0, retrying = 0 } = await source.jobs();
    return queued + retrying;
  });
  gauge("ratchet_queue_oldest_ready_seconds", "Age of the oldest job that is ready to run.", async () => {
    return ((await source.oldestReadyMs()) ?? 0) / 1_000;
  });
  gauge("ratchet_direct_executions_running", "Running direct executions.", source.runningDirect);
  gauge("ratchet_workers", "Processes that claim jobs.", source.workers);
  gauge("ratchet_scheduler_lag_seconds", "How long the next schedule has been due.", async () => {
    return (await source.schedulerLagMs()) / 1_000;
  });
}

/** Adds the stats of the sources of tasks and of the content cache. */
function addRegistryStats({ gauge, counter, labelled }: StatAdders, source: MetricsSource): void {
  labelled(
    "ratchet_registry_source_stale",
    "1 if a source cannot be reached. Its last verified copy is used, if there is one.",
    "source",
    () => Object.fromEntries(source.sources().map(({ name, state }) => [name, STALE.has(state) ? 1 : 0])),
  );
  gauge("ratchet_task_cache_entries", "Tasks in the content cache.", () => source.cache().entries);
  gauge("ratchet_task_cache_bytes", "Bytes in the content cache.", () => source.cache().bytes);
  counter("ratchet_task_cache_hits_total", "Tasks found in the content cache.", () => source.cache().hits);
  counter("ratchet_task_cache_misses_total", "Tasks not found in the content cache.", () => source.cache().misses);
  counter("ratchet_task_cache_purged_total", "Tasks dropped from the content cache.", () => source.cache().purged);
}

/** Adds the circuits of the origins that tasks call. Their number is bounded. */
function addBreakerStates({ Gauge }: Client, registry: ClientRegistry, source: MetricsSource): void {
  new Gauge({
    name: "ratchet_http_breaker_state",
    help: "1 for the state of the circuit of an origin that tasks call, 0 for the other states.",
    labelNames: ["origin", "state"],
    registers: [registry],
    collect() {
      this.reset();
      for (const { origin, state } of source.origins()) {
        for (const each of ["closed", "open", "half-open"]) this.set({ origin, state: each }, each === state ? 1 : 0);
      }
    },
  });
}

/** States of a source whose tasks may be out of date. */
const STALE: ReadonlySet<string> = new Set(["stale", "unavailable"]);

/** Adds the stats that every process has, under their usual names. */
function addProcessStats({ gauge, counter }: StatAdders): void {
  const startedAt = Date.now() / 1_000 - process.uptime();
  gauge("process_resident_memory_bytes", "Resident memory.", () => process.memoryUsage.rss());
  gauge("process_start_time_seconds", "Start time of the process, in seconds since 1970.", () => startedAt);
  counter("process_cpu_seconds_total", "Processor time used.", () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e6;
  });
}
