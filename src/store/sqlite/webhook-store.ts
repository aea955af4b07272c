import { RatchetError } from "../../domain/errors.ts";
import { noWebhook } from "../../domain/not-found.ts";
import type { NewDelivery, NewWebhook, Webhook } from "../../domain/webhook.ts";
import type { DeliveryFilter, WebhookFilter, WebhookStore } from "../contract/webhooks.ts";
import type { Sql } from "./connection.ts";
import type { Tx } from "./group-commit.ts";
import { readPage } from "./keyset.ts";
import { counted } from "./label-conditions.ts";
import type { Predicate } from "./predicate.ts";
import {
  acceptDelivery,
  readAccepted,
  readDelivery,
  refuseDelivery,
  repeatDelivery,
  replayDelivery,
} from "./webhook-deliveries.ts";
import {
  DEFINED_COLUMNS,
  type DeliveryRow,
  definedValues,
  deliveryFromRow,
  type WebhookRow,
  webhookFromRow,
} from "./webhook-rows.ts";
import { jobWeight } from "./write-weight.ts";
import type { Writer } from "./writer.ts";

/** Webhooks over SQLite. */
export function createWebhookStore(sql: Sql, writer: Writer): WebhookStore {
  const count = (table: string, { where, values }: Predicate): number =>
    sql.get<{ n: number }>(`SELECT count(*) AS n FROM ${table} WHERE ${where}`, ...values)?.n ?? 0;
  return {
    create: (webhook) => writer.write((tx) => create(tx, webhook)),
    get: async (id) => read(sql, id),
    byName: async (name) => found(sql.get<WebhookRow>("SELECT * FROM webhooks WHERE name = ?", name)),
    async list(filter, page) {
      const query = { table: "webhooks", columns: "*", branches: [ofTask(filter)] };
      const { items, nextCursor } = readPage<WebhookRow>(sql, query, page);
      return { items: items.map(webhookFromRow), nextCursor };
    },
    count: async (filter) => count("webhooks", ofTask(filter)),
    change: (id, change) => writer.write((tx) => update(tx, id, change)),
    delete: (id) => writer.write((tx) => remove(tx, id)),
    accepted: async (webhookId, deliveryId) => readAccepted(sql, webhookId, deliveryId),
    accept: (delivery) => writer.write((tx) => acceptDelivery(tx, delivery), deliveryWeight(delivery)),
    repeat: (id) => writer.write((tx) => repeatDelivery(tx, id)),
    refuse: (delivery) => writer.write((tx) => refuseDelivery(tx, delivery)),
    replay: (id, job) => writer.write((tx) => replayDelivery(tx, id, job), jobWeight(job)),
    delivery: async (id) => readDelivery(sql, id),
    body: async (id) =>
      sql.get<{ body: Uint8Array }>("SELECT body FROM webhook_bodies WHERE delivery_id = ?", id)?.body,
    async deliveries(filter, page) {
      const query = { table: "webhook_deliveries", columns: "*", branches: [ofWebhook(filter)] };
      const { items, nextCursor } = readPage<DeliveryRow>(sql, query, page);
      return { items: items.map(deliveryFromRow), nextCursor };
    },
    countDeliveries: async (filter) => count("webhook_deliveries", ofWebhook(filter)),
  };
}

const deliveryWeight = ({ body, job }: NewDelivery): number => body.length + jobWeight(job);

function ofTask(filter: WebhookFilter): Predicate {
  const { where, values } = counted(filter);
  return { where: `TRUE${where}`, values };
}

function ofWebhook({ webhookId, status }: DeliveryFilter): Predicate {
  if (status === undefined) return { where: "webhook_id = ?", values: [webhookId] };
  return { where: "webhook_id = ? AND status = ?", values: [webhookId, status] };
}

const found = (row: WebhookRow | undefined): Webhook | undefined =>
  row === undefined ? undefined : webhookFromRow(row);

function read(sql: Sql, id: number): Webhook | undefined {
  return found(sql.get<WebhookRow>("SELECT * FROM webhooks WHERE id = ?", id));
}

function existing(sql: Sql, id: number): Webhook {
  const webhook = read(sql, id);
  if (webhook === undefined) throw noWebhook(id);
  return webhook;
}

function create({ sql, now }: Tx, webhook: NewWebhook): Webhook {
  checkName(sql, webhook.name);
  const columns = [...DEFINED_COLUMNS, "created_at", "updated_at"];
  const { id } = sql.run(
    `INSERT INTO webhooks (${columns.join(", ")}) VALUES (${columns.map(() => "?").join(", ")})`,
    ...definedValues(webhook),
    now,
    now,
  );
  return existing(sql, id);
}

function update({ sql, now }: Tx, id: number, change: Partial<NewWebhook>): Webhook {
  const old = existing(sql, id);
  const webhook: NewWebhook = { ...old, ...change };
  if (webhook.name !== old.name) checkName(sql, webhook.name);
  sql.run(
    `UPDATE webhooks SET ${DEFINED_COLUMNS.map((column) => `${column} = ?`).join(", ")}, updated_at = ? WHERE id = ?`,
    ...definedValues(webhook),
    now,
    id,
  );
  return existing(sql, id);
}

function remove({ sql }: Tx, id: number): void {
  if (sql.run("DELETE FROM webhooks WHERE id = ?", id).changes === 0) throw noWebhook(id);
}

/** @throws {RatchetError} CONFLICT if the name is taken */
function checkName(sql: Sql, name: string): void {
  if (sql.get("SELECT 1 AS one FROM webhooks WHERE name = ?", name) === undefined) return;
  throw new RatchetError("CONFLICT", `There is a webhook named ${JSON.stringify(name)} already.`, {
    data: { field: "name", name },
    remedy: "Choose another name, or change that webhook.",
  });
}
