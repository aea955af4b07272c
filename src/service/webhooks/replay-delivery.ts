import { RatchetError } from "../../domain/errors.ts";
import { noDelivery } from "../../domain/not-found.ts";
import type { Webhook, WebhookDelivery } from "../../domain/webhook.ts";
import { RestoredValues } from "../../secrets/masking/restored-values.ts";
import { bytesHaveStandIn, restoreBytes, restoreText } from "../../secrets/masking/stored-bytes.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import type { KeptDelivery } from "./delivery-body.ts";
import { jobFor, noteJob } from "./receive-delivery.ts";

/**
 * Creates another job for an accepted delivery, as the webhook is now.
 * @param reference the id of the delivery, or the one that its sender wrote
 * @returns the delivery that records this
 * @throws {RatchetError} DELIVERY_NOT_FOUND; CONFLICT if it was refused, its body is gone, or another task would get its
 *   secrets; what a job with its input throws
 */
export async function replayDelivery(
  deps: ServiceDependencies,
  webhook: Webhook,
  reference: string,
): Promise<WebhookDelivery> {
  const { webhooks } = deps.store;
  const byId = /^\d{1,15}$/.test(reference) ? await webhooks.delivery(Number(reference)) : undefined;
  const delivery = byId?.webhookId === webhook.id ? byId : await webhooks.accepted(webhook.id, reference);
  if (delivery === undefined) throw noDelivery(reference);
  if (delivery.status === "refused") {
    throw conflict(delivery, "The delivery was refused, so it can't be replayed.", "Replay an accepted delivery.");
  }
  const originalId = delivery.replayOf ?? delivery.id;
  const body = await webhooks.body(originalId);
  if (body === undefined) {
    const remedy = "Ask the sender to send it again; retention.deliveries.max_size decides how much is kept.";
    throw conflict(delivery, "The body of the delivery is no longer kept.", remedy);
  }
  await checkTask(deps, webhook, delivery, body);
  const restored = new RestoredValues();
  const kept = await withSecrets(deps, delivery, body, restored);
  const job = await jobFor(deps, webhook, kept, restored);
  const replayed = await webhooks.replay(originalId, job);
  await noteJob(deps, job, replayed);
  return replayed;
}

/** Only the task that has got the secrets of a delivery before gets them again. @throws {RatchetError} CONFLICT */
async function checkTask(
  { store }: ServiceDependencies,
  webhook: Webhook,
  delivery: WebhookDelivery,
  body: Uint8Array,
): Promise<void> {
  const { headers, jobId } = delivery;
  if (!bytesHaveStandIn(body) && !bytesHaveStandIn(Buffer.from(JSON.stringify(headers)))) return;
  const job = jobId === null ? undefined : await store.jobs.get(jobId);
  if (job?.taskId !== webhook.taskId) {
    const why = job === undefined ? "its job is deleted" : "its webhook has another task now";
    const message = `The delivery has a secret, and ${why}, so it can't be replayed.`;
    throw conflict(delivery, message, "Ask the sender to send it again.");
  }
}

/** Puts the secrets back. */
async function withSecrets(
  { vault }: ServiceDependencies,
  { headers }: WebhookDelivery,
  body: Uint8Array,
  { onValue }: RestoredValues,
): Promise<KeptDelivery> {
  const restoring = { sealer: await vault.sealer(), onValue };
  const entries = Object.entries(headers).map(([name, value]) => [name, restoreText(restoring, value)] as const);
  return { headers: Object.fromEntries(entries), body: restoreBytes(restoring, body) };
}

function conflict({ id }: WebhookDelivery, message: string, remedy: string): RatchetError {
  return new RatchetError("CONFLICT", message, { data: { deliveryId: id }, remedy });
}
