import type { Meter } from "../measurements.ts";
import { DURATION_BUCKETS, type Families } from "./families.ts";

/** What is read about the calls of tasks to other servers. */
export interface OutboundSource {
  /** Origins that tasks call, with the states of their circuits. Their number is bounded. */
  origins(): readonly { origin: string; state: string }[];
  /** Calls in progress. */
  calls(): number;
}

const CIRCUIT_STATES = ["closed", "open", "half-open"];

/** Adds the families of the calls of tasks to other servers. */
export function addOutboundFamilies(families: Families, source: OutboundSource): Pick<Meter, "call"> {
  const { client, registers, gauge, gauges, labelled } = families;
  const responses = new client.Counter({
    name: "ratchet_outbound_responses_total",
    help: "Calls of tasks to other servers that got a response, by class of status: 2xx, 4xx and so on.",
    labelNames: ["class"],
    registers,
  });
  const failures = new client.Counter({
    name: "ratchet_outbound_failures_total",
    help: "Calls of tasks to other servers without a response, by reason.",
    labelNames: ["reason"],
    registers,
  });
  const seconds = new client.Histogram({
    name: "ratchet_outbound_duration_seconds",
    help: "Time of calls to other servers until the head of the response or the failure, retries included.",
    buckets: DURATION_BUCKETS,
    registers,
  });
  gauge("ratchet_outbound_calls", "Calls of tasks to other servers in progress.", source.calls);
  gauges({
    name: "ratchet_http_breaker_state",
    help: "1 for the state of the circuit of an origin that tasks call, 0 for the other states.",
    labels: ["origin", "state"],
    read: () =>
      source
        .origins()
        .flatMap(({ origin, state }) =>
          CIRCUIT_STATES.map((each) => ({ labels: { origin, state: each }, value: each === state ? 1 : 0 })),
        ),
  });
  labelled("ratchet_outbound_circuits", "Origins that tasks call, by the state of the circuit.", "state", () => {
    const counts = Object.fromEntries(CIRCUIT_STATES.map((state) => [state, 0]));
    for (const { state } of source.origins()) counts[state] = (counts[state] ?? 0) + 1;
    return counts;
  });
  return {
    call({ status, failure, seconds: duration }) {
      if (status !== undefined) responses.inc({ class: `${Math.floor(status / 100)}xx` });
      if (failure !== undefined) failures.inc({ reason: failure });
      seconds.observe(duration);
    },
  };
}
