import type {
  DeliveryStatus,
  NewDelivery,
  NewWebhook,
  RefusedDelivery,
  Webhook,
  WebhookDelivery,
} from "../../domain/webhook.ts";
import type { Page, PageRequest } from "./page.ts";

/** Selects webhooks that meet all the given conditions. */
export interface WebhookFilter {
  taskId?: number;
  /** Patterns of the labels of tasks: only what belongs to a task that matches one of them. */
  labels?: readonly string[];
}

/** Selects deliveries of one webhook. */
export interface DeliveryFilter {
  webhookId: number;
  status?: DeliveryStatus;
}

/** An accepted delivery, and whether it is new. */
export interface AcceptedDelivery {
  delivery: WebhookDelivery;
  /** false if it arrived before. */
  created: boolean;
}

/** Refused deliveries that are kept for each webhook: the latest. Anyone can send them. */
export const MAX_REFUSED_DELIVERIES = 1_000;

/** Webhooks and their deliveries. Each method is one transaction. */
export interface WebhookStore {
  /** @throws {RatchetError} CONFLICT if the name is taken */
  create(webhook: NewWebhook): Promise<Webhook>;
  get(id: number): Promise<Webhook | undefined>;
  byName(name: string): Promise<Webhook | undefined>;
  list(filter: WebhookFilter, page: PageRequest): Promise<Page<Webhook>>;
  count(filter: WebhookFilter): Promise<number>;
  /** @throws {RatchetError} WEBHOOK_NOT_FOUND; CONFLICT if the name is taken */
  change(id: number, change: Partial<NewWebhook>): Promise<Webhook>;
  /** Deletes a webhook with its deliveries. Their jobs stay. @throws {RatchetError} WEBHOOK_NOT_FOUND */
  delete(id: number): Promise<void>;
  /** The delivery that was accepted with this id, as its sender wrote it. */
  accepted(webhookId: number, deliveryId: string): Promise<WebhookDelivery | undefined>;
  /**
   * Stores a delivery with its body, and creates its job. If a delivery with its id was accepted before, that one counts a
   * repetition, and nothing is created.
   * @throws {RatchetError} WEBHOOK_NOT_FOUND
   */
  accept(delivery: NewDelivery): Promise<AcceptedDelivery>;
  /** Counts that an accepted delivery arrived again. */
  repeat(id: number): Promise<void>;
  /** Stores that a delivery was refused. Only the latest {@link MAX_REFUSED_DELIVERIES} of a webhook are kept. */
  refuse(delivery: RefusedDelivery): Promise<void>;
  /** Creates another job for a delivery that was accepted. @returns the delivery that records this */
  replay(id: number, job: NewDelivery["job"]): Promise<WebhookDelivery>;
  delivery(id: number): Promise<WebhookDelivery | undefined>;
  /** Its body; undefined if it is no longer kept. */
  body(id: number): Promise<Uint8Array | undefined>;
  deliveries(filter: DeliveryFilter, page: PageRequest): Promise<Page<WebhookDelivery>>;
  countDeliveries(filter: DeliveryFilter): Promise<number>;
}
