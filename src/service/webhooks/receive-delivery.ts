import { RatchetError } from "../../domain/errors.ts";
import type { Webhook, WebhookDelivery } from "../../domain/webhook.ts";
import type { Clock } from "../../lib/clock.ts";
import { bytesHaveStandIn } from "../../secrets/masking/stored-bytes.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { checkedInput, findRunnable } from "../tasks/runnable-task.ts";
import { inputOf, type KeptDelivery } from "./delivery-body.ts";
import { claimedId, deliveryIdOf } from "./delivery-id.ts";
import { keptHeaders } from "./kept-headers.ts";
import type { RefusalLog } from "./refusal-log.ts";
import { withTemplateSecrets } from "./template-secrets.ts";
import { verifyDelivery } from "./verification/verify-delivery.ts";

/** A delivery as it arrives. */
export interface ReceivedDelivery {
  headers: Headers;
  body: Uint8Array;
}

/** What {@link receiveDelivery} needs. */
export interface ReceivingDependencies {
  deps: ServiceDependencies;
  clock: Clock;
  refusals: RefusalLog;
}

/** Longest reason that is stored, in characters. */
const LONGEST_REASON = 500;

/**
 * Verifies a delivery and creates its job, once for each id.
 * @returns the delivery; the earlier one if it arrives again
 * @throws {RatchetError} UNAUTHENTICATED if it is not genuine; USAGE if it has no id; what a job with this input throws;
 *   ENVIRONMENT if the secret is not set
 */
export async function receiveDelivery(
  receiving: ReceivingDependencies,
  webhook: Webhook,
  { headers, body }: ReceivedDelivery,
): Promise<WebhookDelivery> {
  const { webhooks, audit } = receiving.deps.store;
  try {
    await verify(receiving, webhook, { headers, body });
    const deliveryId = deliveryIdOf(webhook, headers, body);
    const earlier = deliveryId === null ? undefined : await webhooks.accepted(webhook.id, deliveryId);
    if (earlier !== undefined) {
      await webhooks.repeat(earlier.id);
      return earlier;
    }
    const kept: KeptDelivery = { headers: keptHeaders(headers, webhook.verification), body };
    checkStandIns(kept);
    const job = await jobFor(receiving.deps, webhook, kept);
    return (await webhooks.accept({ webhookId: webhook.id, deliveryId, ...kept, job })).delivery;
  } catch (error) {
    if (error instanceof RatchetError && receiving.refusals.admits(webhook.id)) {
      const refused = {
        webhookId: webhook.id,
        deliveryId: claimedId(webhook, headers),
        reason: error.message.slice(0, LONGEST_REASON),
        headers: keptHeaders(headers, webhook.verification),
        bytes: body.length,
      };
      // It is no change that was asked for: the audit log gets the refusal instead.
      await audit.apart(() => webhooks.refuse(refused));
    }
    throw error;
  }
}

/** A stand-in that came from outside would be replaced in a replay. @throws {RatchetError} INVALID_INPUT */
function checkStandIns({ headers, body }: KeptDelivery): void {
  if (!bytesHaveStandIn(body) && !bytesHaveStandIn(Buffer.from(JSON.stringify(headers)))) return;
  throw new RatchetError(
    "INVALID_INPUT",
    "The delivery has what stands for a secret in stored deliveries: it can't be sent.",
    {
      remedy: "Send the value itself.",
    },
  );
}

/** Checks the input that a webhook makes of a delivery. @throws {RatchetError} what a job with this input throws */
export async function jobFor(deps: ServiceDependencies, webhook: Webhook, delivery: KeptDelivery) {
  const runnable = await findRunnable(deps, webhook.taskId, null);
  const input = inputOf(await withTemplateSecrets(webhook, deps.vault), delivery);
  const inputJson = await checkedInput(deps, runnable, input, "");
  const job = { taskId: webhook.taskId, inputJson };
  deps.queue.check([job]);
  return job;
}

async function verify(
  { deps, clock }: ReceivingDependencies,
  { verification }: Webhook,
  { headers, body }: ReceivedDelivery,
): Promise<void> {
  const secret = (await deps.vault.values()).get(verification.secret);
  if (secret === undefined) {
    throw new RatchetError("ENVIRONMENT", "The webhook's secret is not set.", {
      remedy: "Try again later. The server's operator can set it with `ratchet secrets set`.",
    });
  }
  const refusal = verifyDelivery({ headers, body, receivedAt: clock.now() }, verification, secret);
  if (refusal === undefined) return;
  throw new RatchetError("UNAUTHENTICATED", refusal, {
    remedy: "Sign the exact bytes of the body with the webhook's secret, and send the request within 5 minutes.",
  });
}
