import { BREAKER_STATES } from "../../http/chain/circuit-breaker.ts";
import type { OriginStatus } from "../../http/chain/origins.ts";
import { timeTextOrNull } from "../../lib/time-text.ts";
import { COUNT, TEXT, TIME_OR_NULL } from "./parts.ts";
import { defineResource, type View } from "./resource.ts";

/** An origin that tasks call. */
export const ORIGIN = defineResource("An origin that tasks of this process have called lately.", {
  origin: { ...TEXT, description: "Scheme, host and port, such as `https://api.example.com`." },
  state: {
    type: "string",
    enum: BREAKER_STATES,
    description:
      "State of its circuit: `closed` lets all calls through, `open` refuses them, `half-open` lets one through to find out whether the origin works.",
  },
  calls: {
    ...COUNT,
    description: "Calls that ended in the window of the circuit; unless it is closed, those that opened it.",
  },
  failures: { ...COUNT, description: "How many of these calls failed." },
  opensUntil: { ...TIME_OR_NULL, description: "When an open circuit lets a call through; null unless it is open." },
});

/** An origin as REST shows it. */
export function originView(status: OriginStatus): View<typeof ORIGIN> {
  return { ...status, opensUntil: timeTextOrNull(status.opensUntil) };
}
