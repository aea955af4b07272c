import { noWebhook } from "../../domain/not-found.ts";
import { DELIVERY_STATUSES, type DeliveryStatus, type Webhook, type WebhookDelivery } from "../../domain/webhook.ts";
import { type Clock, systemClock } from "../../lib/clock.ts";
import { defined } from "../../lib/defined.ts";
import type { Page, PageRequest } from "../../store/contract/page.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { type TaskReference, taskIdOf } from "../tasks/find-task.ts";
import { type DeliveryOutcome, outcomeOf } from "./delivery-outcome.ts";
import { type ReceivedDelivery, receiveDelivery } from "./receive-delivery.ts";
import { createRefusalLog } from "./refusal-log.ts";
import { replayDelivery } from "./replay-delivery.ts";
import { checkKeptTemplate } from "./template-secrets.ts";
import { checkChoice, newWebhook, type WebhookChange, type WebhookRequest, webhookChanges } from "./webhook-request.ts";

/** Conditions on webhooks, as callers write them. */
export interface WebhookConditions {
  task?: TaskReference;
}

/** Conditions on the deliveries of a webhook. */
export interface DeliveryConditions {
  status?: DeliveryStatus;
}

/** Webhooks and their deliveries. Each method that takes a name throws WEBHOOK_NOT_FOUND if there is no such webhook. */
export interface WebhookService {
  /** @throws {RatchetError} USAGE, TASK_NOT_FOUND; CONFLICT if the name is taken */
  create(request: WebhookRequest, pointer: string): Promise<Webhook>;
  get(name: string): Promise<Webhook>;
  /** Returns undefined if there is no such webhook. */
  find(name: string): Promise<Webhook | undefined>;
  /** @throws {RatchetError} TASK_NOT_FOUND */
  list(conditions: WebhookConditions, page: PageRequest): Promise<Page<Webhook>>;
  /** @throws {RatchetError} TASK_NOT_FOUND */
  count(conditions: WebhookConditions): Promise<number>;
  /** Changes the given members. @throws {RatchetError} as {@link create} */
  change(name: string, change: WebhookChange, pointer: string): Promise<Webhook>;
  /** Deletes a webhook with its deliveries. Their jobs stay. */
  delete(name: string): Promise<void>;
  deliveries(name: string, conditions: DeliveryConditions, page: PageRequest): Promise<Page<WebhookDelivery>>;
  countDeliveries(name: string, conditions: DeliveryConditions): Promise<number>;
  /**
   * Creates another job for an accepted delivery, as the webhook is now.
   * @param reference the id of the delivery, or the one that its sender wrote
   * @returns the delivery that records this
   * @throws {RatchetError} DELIVERY_NOT_FOUND; CONFLICT if it was refused or its body is gone; what a job with its input
   *   throws
   */
  replay(name: string, reference: string): Promise<WebhookDelivery>;
  /**
   * Receives a delivery.
   * @param waitMs how long to wait for the output; undefined: as long as the webhook says
   * @throws {RatchetError} as receiveDelivery and outcomeOf
   */
  receive(webhook: Webhook, delivery: ReceivedDelivery, wait: DeliveryWait): Promise<DeliveryOutcome>;
}

/** How the sender of a delivery waits. */
export interface DeliveryWait {
  /** ms; 0: not at all; undefined: as the webhook says. */
  waitMs: number | undefined;
  /** Aborted when the sender goes away. */
  signal: AbortSignal;
}

/** The longest that a sender can wait for an output, ms. */
export const LONGEST_WAIT_MS = 60_000;

/** How long a webhook that responds with the output waits, ms. Most senders give up at about this time. */
const USUAL_WAIT_MS = 30_000;

/** Creates the service of webhooks. */
export function createWebhookService(deps: ServiceDependencies, clock: Clock = systemClock): WebhookService {
  const { webhooks, tasks } = deps.store;
  const receiving = { deps, clock, refusals: createRefusalLog(clock) };
  const get = async (name: string): Promise<Webhook> => {
    const webhook = await webhooks.byName(name);
    if (webhook === undefined) throw noWebhook(name);
    return webhook;
  };
  const deliveryFilter = async (name: string, conditions: DeliveryConditions) => {
    checkChoice(conditions.status, "/status", DELIVERY_STATUSES);
    return { webhookId: (await get(name)).id, ...conditions };
  };
  const filterOf = async ({ task }: WebhookConditions) => defined({ taskId: await taskIdOf(tasks, task) });
  return {
    create: async (request, pointer) => webhooks.create(await newWebhook(tasks, request, pointer)),
    get,
    find: (name) => webhooks.byName(name),
    list: async (conditions, page) => webhooks.list(await filterOf(conditions), page),
    count: async (conditions) => webhooks.count(await filterOf(conditions)),
    async change(name, change, pointer) {
      const old = await get(name);
      const changes = await webhookChanges(tasks, change, pointer);
      checkKeptTemplate(old, changes, `${pointer}/task`);
      return webhooks.change(old.id, changes);
    },
    delete: async (name) => webhooks.delete((await get(name)).id),
    deliveries: async (name, conditions, page) => webhooks.deliveries(await deliveryFilter(name, conditions), page),
    countDeliveries: async (name, conditions) => webhooks.countDeliveries(await deliveryFilter(name, conditions)),
    replay: async (name, reference) => replayDelivery(deps, await get(name), reference),
    async receive(webhook, delivery, { waitMs, signal }) {
      const { jobId } = await receiveDelivery(receiving, webhook, delivery);
      if (jobId === null) throw new TypeError("an accepted delivery has no job");
      const usual = webhook.respond === "output" ? USUAL_WAIT_MS : 0;
      const longest = Math.min(waitMs ?? usual, LONGEST_WAIT_MS);
      return longest === 0 ? { jobId } : outcomeOf(deps, jobId, longest, signal);
    },
  };
}
