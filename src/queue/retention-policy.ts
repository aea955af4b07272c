import type { ConfigValues } from "../config/keys.ts";
import type { RetentionPolicy } from "../store/contract/retention.ts";

/** Returns the configured retention policy. */
export function retentionPolicy(config: ConfigValues): RetentionPolicy {
  const rule = (
    name: "completed" | "failed" | "cancelled" | "direct_executions" | "events" | "deliveries" | "notifications",
  ) => ({
    maxAgeMs: config[`retention.${name}.max_age`],
    maxCount: config[`retention.${name}.max_count`],
  });
  return {
    jobs: { completed: rule("completed"), failed: rule("failed"), cancelled: rule("cancelled") },
    directExecutions: rule("direct_executions"),
    events: rule("events"),
    deliveries: { ...rule("deliveries"), maxBodyBytes: config["retention.deliveries.max_size"] },
    logs: { maxAgeMs: config["retention.logs.max_age"], maxBytes: config["retention.logs.max_size"] },
    recordings: {
      maxAgeMs: config["retention.recordings.max_age"],
      maxBytes: config["retention.recordings.max_size"],
    },
    notifications: rule("notifications"),
    firings: { maxAgeMs: config["retention.firings.max_age"] },
  };
}
