import type {
  DeliveryStatus,
  NewWebhook,
  Webhook,
  WebhookDelivery,
  WebhookResponse,
  WebhookVerification,
} from "../../domain/webhook.ts";
import type { SqlValue } from "./connection.ts";

/** A row of `webhooks`. */
export interface WebhookRow {
  id: number;
  name: string;
  task_id: number;
  verification: string;
  deduplication_header: string | null;
  input: string | null;
  respond: WebhookResponse;
  created_at: number;
  updated_at: number;
}

/** A row of `webhook_deliveries`. */
export interface DeliveryRow {
  id: number;
  webhook_id: number;
  delivery_id: string | null;
  status: DeliveryStatus;
  reason: string | null;
  job_id: number | null;
  replay_of: number | null;
  headers: string;
  bytes: number;
  repeats: number;
  received_at: number;
}

/** Converts a row to a webhook. */
export function webhookFromRow(row: WebhookRow): Webhook {
  return {
    id: row.id,
    name: row.name,
    taskId: row.task_id,
    verification: JSON.parse(row.verification) as WebhookVerification,
    deduplicationHeader: row.deduplication_header,
    inputJson: row.input,
    respond: row.respond,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}

/** The columns of a definition, in the order of {@link definedValues}. */
export const DEFINED_COLUMNS = ["name", "task_id", "verification", "deduplication_header", "input", "respond"] as const;

/** Converts a definition to the values of its columns. */
export function definedValues(webhook: NewWebhook): SqlValue[] {
  const { name, taskId, verification, deduplicationHeader, inputJson, respond } = webhook;
  return [name, taskId, JSON.stringify(verification), deduplicationHeader, inputJson, respond];
}

/** Converts a row to a delivery. */
export function deliveryFromRow(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    deliveryId: row.delivery_id,
    status: row.status,
    reason: row.reason,
    jobId: row.job_id,
    replayOf: row.replay_of,
    headers: JSON.parse(row.headers) as Record<string, string>,
    bytes: row.bytes,
    repeats: row.repeats,
    receivedAt: row.received_at,
  };
}
