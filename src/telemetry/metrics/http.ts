import { DURATION_BUCKETS, type Families } from "./families.ts";

/** Requests to this server. */
export interface RequestMeter {
  /**
   * Counts a request that got its response.
   * @param route with parameter names instead of values, to bound the number of series
   * @param seconds until the response was ready
   */
  request(method: string, route: string, status: number, seconds: number): void;
}

/** What is read about the server's clients. */
export interface HttpSource {
  /** Listeners to events. */
  eventClients(): number;
  /** Memory that the bodies of requests take at the moment, bytes. */
  bodyBytes(): number;
}

/** Adds the families of requests to this server. */
export function addHttpFamilies({ client, registers, gauge }: Families, source: HttpSource): RequestMeter {
  const requests = new client.Counter({
    name: "ratchet_http_requests_total",
    help: "Requests that got a response.",
    labelNames: ["method", "route", "status"],
    registers,
  });
  const durations = new client.Histogram({
    name: "ratchet_http_request_duration_seconds",
    help: "Time from a request to its response.",
    labelNames: ["route"],
    buckets: DURATION_BUCKETS,
    registers,
  });
  gauge("ratchet_event_clients", "Clients that listen to events.", source.eventClients);
  gauge("ratchet_http_body_bytes", "Memory that the bodies of requests take now.", source.bodyBytes);
  return {
    request(method, route, status, seconds) {
      requests.inc({ method, route, status });
      durations.observe({ route }, seconds);
    },
  };
}
