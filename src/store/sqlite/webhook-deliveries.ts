import { noDelivery, noWebhook } from "../../domain/not-found.ts";
import type { NewDelivery, RefusedDelivery, WebhookDelivery } from "../../domain/webhook.ts";
import { type AcceptedDelivery, MAX_REFUSED_DELIVERIES } from "../contract/webhooks.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { enqueueJobs } from "./job-enqueue.ts";
import { type DeliveryRow, deliveryFromRow } from "./webhook-rows.ts";

/** The delivery that was accepted with an id, as its sender wrote it. */
export function readAccepted(sql: Sql, webhookId: number, deliveryId: string): WebhookDelivery | undefined {
  const row = sql.get<DeliveryRow>(
    `SELECT * FROM webhook_deliveries INDEXED BY webhook_deliveries_once
      WHERE webhook_id = ? AND delivery_id = ? AND status = 'accepted' AND delivery_id IS NOT NULL`,
    webhookId,
    deliveryId,
  );
  return row === undefined ? undefined : deliveryFromRow(row);
}

export function readDelivery(sql: Sql, id: number): WebhookDelivery | undefined {
  const row = sql.get<DeliveryRow>("SELECT * FROM webhook_deliveries WHERE id = ?", id);
  return row === undefined ? undefined : deliveryFromRow(row);
}

/** Accepts a delivery and creates its job, unless it was accepted before. @throws {RatchetError} WEBHOOK_NOT_FOUND */
export function acceptDelivery(tx: Tx, delivery: NewDelivery): AcceptedDelivery {
  const { webhookId, deliveryId, headers, body, job } = delivery;
  checkWebhook(tx, webhookId);
  const earlier = deliveryId === null ? undefined : readAccepted(tx.sql, webhookId, deliveryId);
  if (earlier !== undefined) {
    repeatDelivery(tx, earlier.id);
    return { delivery: earlier, created: false };
  }
  const { id } = tx.sql.run(
    `INSERT INTO webhook_deliveries (webhook_id, delivery_id, status, job_id, headers, bytes, received_at)
      VALUES (?, ?, 'accepted', ?, ?, ?, ?)`,
    webhookId,
    deliveryId,
    enqueue(tx, job),
    JSON.stringify(headers),
    body.length,
    tx.now,
  );
  tx.sql.run("INSERT INTO webhook_bodies (delivery_id, body, bytes) VALUES (?, ?, ?)", id, body, body.length);
  return { delivery: existing(tx, id), created: true };
}

export function repeatDelivery({ sql }: Tx, id: number): void {
  sql.run("UPDATE webhook_deliveries SET repeats = repeats + 1 WHERE id = ?", id);
}

/** Stores that a delivery was refused, and deletes the oldest ones of the webhook. */
export function refuseDelivery({ sql, now }: Tx, delivery: RefusedDelivery): void {
  const { webhookId, deliveryId, reason, headers, bytes } = delivery;
  sql.run(
    `INSERT INTO webhook_deliveries (webhook_id, delivery_id, status, reason, headers, bytes, received_at)
      SELECT id, ?, 'refused', ?, ?, ?, ? FROM webhooks WHERE id = ?`,
    deliveryId,
    reason,
    JSON.stringify(headers),
    bytes,
    now,
    webhookId,
  );
  sql.run(
    `DELETE FROM webhook_deliveries WHERE id IN (
       SELECT id FROM webhook_deliveries INDEXED BY webhook_deliveries_webhook
        WHERE webhook_id = ? AND status = 'refused' ORDER BY id DESC LIMIT -1 OFFSET ?)`,
    webhookId,
    MAX_REFUSED_DELIVERIES,
  );
}

/** Creates another job for a delivery. @throws {RatchetError} DELIVERY_NOT_FOUND */
export function replayDelivery(tx: Tx, id: number, job: NewDelivery["job"]): WebhookDelivery {
  const original = readDelivery(tx.sql, id);
  if (original === undefined) throw noDelivery(id);
  const inserted = tx.sql.run(
    `INSERT INTO webhook_deliveries (webhook_id, delivery_id, status, job_id, replay_of, headers, bytes, received_at)
      VALUES (?, ?, 'replayed', ?, ?, ?, ?, ?)`,
    original.webhookId,
    original.deliveryId,
    enqueue(tx, job),
    id,
    JSON.stringify(original.headers),
    original.bytes,
    tx.now,
  );
  return existing(tx, inserted.id);
}

function checkWebhook({ sql }: Tx, id: number): void {
  if (sql.get("SELECT 1 AS one FROM webhooks WHERE id = ?", id) === undefined) throw noWebhook(id);
}

function enqueue(tx: Tx, job: NewDelivery["job"]): number {
  const [enqueued] = enqueueJobs(tx, [job]);
  if (enqueued === undefined) throw new Error("the queue returned no job");
  return enqueued.job.id;
}

function existing({ sql }: Tx, id: number): WebhookDelivery {
  const delivery = readDelivery(sql, id);
  if (delivery === undefined) throw new Error(`the delivery ${id} was not stored`);
  return delivery;
}
