import { RatchetError } from "../../domain/errors.ts";
import type { NewDelivery, VerificationType, Webhook, WebhookDelivery } from "../../domain/webhook.ts";
import type { Clock } from "../../lib/clock.ts";
import { RestoredValues } from "../../secrets/masking/restored-values.ts";
import { bytesHaveStandIn } from "../../secrets/masking/stored-bytes.ts";
import type { ServiceDependencies } from "../dependencies.ts";
import { checkedInput, findRunnable } from "../tasks/runnable-task.ts";
import { inputOf, type KeptDelivery } from "./delivery-body.ts";
import { claimedId, deliveryIdOf } from "./delivery-id.ts";
import { keptHeaders } from "./kept-headers.ts";
import type { RefusalLog } from "./refusal-log.ts";
import { withTemplateSecrets } from "./template-secrets.ts";
import { encodedKey, isStandardSecret } from "./verification/standard.ts";
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
  const { store, logger } = receiving.deps;
  const { webhooks, audit } = store;
  let hint: string | undefined;
  try {
    const failure = await verify(receiving, webhook, { headers, body });
    if (failure !== undefined) {
      hint = failure.hint;
      throw failure.error;
    }
    const deliveryId = deliveryIdOf(webhook, headers, body);
    const earlier = deliveryId === null ? undefined : await webhooks.accepted(webhook.id, deliveryId);
    if (earlier !== undefined) {
      await webhooks.repeat(earlier.id);
      return earlier;
    }
    const kept: KeptDelivery = { headers: keptHeaders(headers, webhook.verification), body };
    checkStandIns(kept);
    const job = await jobFor(receiving.deps, webhook, kept);
    const { delivery, created } = await webhooks.accept({ webhookId: webhook.id, deliveryId, ...kept, job });
    if (created) await noteJob(receiving.deps, job, delivery);
    return delivery;
  } catch (error) {
    if (error instanceof RatchetError && receiving.refusals.admits(webhook.id)) {
      const refused = {
        webhookId: webhook.id,
        deliveryId: claimedId(webhook, headers),
        reason: [error.message, ...(hint === undefined ? [] : [hint])].join(" ").slice(0, LONGEST_REASON),
        headers: keptHeaders(headers, webhook.verification),
        bytes: body.length,
      };
      if (hint !== undefined) logger?.warn(`a delivery to a webhook was refused. ${hint}`, { webhook: webhook.name });
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

/**
 * Checks the input that a webhook makes of a delivery.
 * @param restored values that were put back into the delivery, whose secrets may have others now
 * @throws {RatchetError} what a job with this input throws
 */
export async function jobFor(
  deps: ServiceDependencies,
  webhook: Webhook,
  delivery: KeptDelivery,
  restored = new RestoredValues(),
) {
  const runnable = await findRunnable(deps, webhook.taskId, null);
  const input = inputOf(await withTemplateSecrets(webhook, deps.vault, restored), delivery);
  const inputJson = await checkedInput({ ...deps, restored }, runnable, input, "");
  const job: NewDelivery["job"] = { taskId: webhook.taskId, inputJson };
  if (deps.traces !== undefined) job.trace = deps.traces.newJob();
  deps.queue.check([job]);
  return job;
}

/** Notes in the trace of the request that a delivery has created a job. */
export async function noteJob(
  { traces, store }: ServiceDependencies,
  { trace, taskId }: NewDelivery["job"],
  { jobId }: WebhookDelivery,
): Promise<void> {
  if (traces === undefined || trace === undefined || jobId === null) return;
  traces.enqueued(trace, { jobId, task: (await store.tasks.get(taskId))?.label ?? null });
}

/** Why a delivery is not genuine, or can't be verified. */
interface Failure {
  /** For its sender. */
  error: RatchetError;
  /** A sentence for the operator of the server only: what is wrong with the webhook itself. */
  hint?: string;
}

async function verify(
  { deps, clock }: ReceivingDependencies,
  { verification }: Webhook,
  { headers, body }: ReceivedDelivery,
): Promise<Failure | undefined> {
  const { type, secret: name } = verification;
  const secret = (await deps.vault.values()).get(name);
  if (secret === undefined) {
    const error = new RatchetError("ENVIRONMENT", "The webhook's secret is not set.", {
      remedy: "Try again later. The server's operator can set it with `ratchet secrets set`.",
    });
    return { error, hint: `Set it with \`ratchet secrets set ${name}\`.` };
  }
  if (!hasKey(type, secret)) {
    const error = new RatchetError("ENVIRONMENT", "The webhook's secret can't be used.", {
      remedy: "Try again later. The server's operator can replace it with `ratchet secrets set`.",
    });
    return { error, hint: `The secret ${name} is malformed: it has no key, so that anyone could sign with it.` };
  }
  const refusal = verifyDelivery({ headers, body, receivedAt: clock.now() }, verification, secret);
  if (refusal === undefined) return undefined;
  const error = new RatchetError("UNAUTHENTICATED", refusal, { remedy: REMEDIES[type] });
  return isMalformed(type, secret)
    ? { error, hint: `The secret ${name} is malformed: Standard Webhooks needs base64, possibly after whsec_.` }
    : { error };
}

/** Anyone knows an empty key. */
const hasKey = (type: VerificationType, secret: string): boolean =>
  (type === "standard" ? encodedKey(secret) : secret).trim() !== "";

const isMalformed = (type: VerificationType, secret: string): boolean =>
  type === "standard" && !isStandardSecret(secret);

const SIGN = "Sign the exact bytes of the body with the webhook's secret";

/** What the sender of a delivery that is not genuine can do. */
const REMEDIES: Readonly<Record<VerificationType, string>> = {
  standard: `${SIGN}, its id and the time, and send the request within 5 minutes.`,
  github: `${SIGN}, which GitHub does if it has the same secret.`,
  stripe: `${SIGN} and the time, and send the request within 5 minutes.`,
  hmac: `${SIGN}, with the algorithm and the encoding of the webhook.`,
  token: "Send the webhook's token, which is its secret, in that header.",
};
