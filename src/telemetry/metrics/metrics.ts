import { buildInfo } from "../../lib/build-info.ts";
import type { Meter } from "../measurements.ts";
import { addAttemptFamilies } from "./attempts.ts";
import { createFamilies } from "./families.ts";
import { addHttpFamilies, type HttpSource, type RequestMeter } from "./http.ts";
import { addLogFamilies, type LogSource } from "./logs.ts";
import { addMemoryFamilies, type MemorySource } from "./memory.ts";
import { addOutboundFamilies, type OutboundSource } from "./outbound.ts";
import { addProcessFamilies } from "./process.ts";
import { addQueueFamilies, type QueueSource } from "./queue.ts";
import { addRunFamilies } from "./runs.ts";
import { addSandboxFamilies, type SandboxSource } from "./sandbox.ts";
import { addSourceFamilies, type SourcesSource } from "./sources.ts";
import { addStoreFamilies, type StoreSource } from "./store.ts";

/** Everything that is read when somebody asks for the metrics. */
export interface MetricsSource
  extends HttpSource,
    QueueSource,
    SandboxSource,
    OutboundSource,
    StoreSource,
    SourcesSource,
    LogSource,
    MemorySource {}

/** The server's stats for Prometheus. */
export interface Metrics extends Meter, RequestMeter {
  /** Returns all stats in the text format of Prometheus, version 0.0.4. */
  text(): Promise<string>;
  contentType: string;
}

/** Creates the metrics. The client library is loaded here, so that commands without metrics never load it. */
export async function createMetrics(source: MetricsSource): Promise<Metrics> {
  const client = await import("prom-client");
  const registry = new client.Registry();
  const families = createFamilies(client, registry);
  const http = addHttpFamilies(families, source);
  const attempts = addAttemptFamilies(families);
  const queue = addQueueFamilies(families, source);
  const runs = addRunFamilies(families);
  addSandboxFamilies(families, source);
  const outbound = addOutboundFamilies(families, source);
  const store = addStoreFamilies(families, source);
  addSourceFamilies(families, source);
  const logs = addLogFamilies(families, source);
  addMemoryFamilies(families, source);
  const process = addProcessFamilies(families, buildInfo());
  return {
    ...http,
    ...attempts,
    ...queue,
    ...runs,
    ...outbound,
    ...store,
    ...logs,
    ...process,
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
