import { REPLAY_WINDOW_MS } from "../../domain/webhook.ts";
import type { RetentionPolicy } from "../contract/retention.ts";
import type { Tx } from "./group-commit.ts";

/** Bodies that are dropped in one step: each may have a megabyte. */
const BODIES_AT_ONCE = 20;

/** A delivery is kept at least this long, ms, however many there are: a recorded one could be sent again. */
const LEAST_AGE_MS = 2 * REPLAY_WINDOW_MS;

/** Deletes deliveries that the rule does not keep. @returns how many */
export function deleteDeliveries({ sql, now }: Tx, rule: RetentionPolicy["deliveries"], limit: number): number {
  const { maxAgeMs, maxCount } = rule;
  let deleted = 0;
  const deleteBefore = (time: number, most: number) => {
    deleted += sql.run(
      `DELETE FROM webhook_deliveries WHERE id IN (
         SELECT id FROM webhook_deliveries INDEXED BY webhook_deliveries_received
          WHERE received_at < ? ORDER BY received_at LIMIT ?)`,
      time,
      most,
    ).changes;
  };
  if (maxAgeMs !== undefined) deleteBefore(now - maxAgeMs, limit);
  if (maxCount === undefined || deleted === limit) return deleted;
  const all = sql.get<{ n: number }>("SELECT count(*) AS n FROM webhook_deliveries")?.n ?? 0;
  if (all > maxCount) deleteBefore(now - LEAST_AGE_MS, Math.min(limit - deleted, all - maxCount));
  return deleted;
}

/** Drops the bodies of the oldest deliveries, as far as all bodies have more than `maxBytes`. */
export function dropBodies({ sql }: Tx, maxBytes: number | undefined): { bodies: number; more: boolean } {
  if (maxBytes === undefined) return { bodies: 0, more: false };
  const bodies = sql.run(
    `DELETE FROM webhook_bodies WHERE delivery_id IN (
       SELECT delivery_id FROM (
         SELECT delivery_id, sum(bytes) OVER (ORDER BY delivery_id DESC) AS total
           FROM webhook_bodies INDEXED BY webhook_bodies_bytes)
        WHERE total > ? ORDER BY delivery_id LIMIT ?)`,
    maxBytes,
    BODIES_AT_ONCE,
  ).changes;
  return { bodies, more: bodies === BODIES_AT_ONCE };
}
