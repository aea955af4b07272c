import { readText } from "../../domain/shared-text.ts";
import type { NewDelivery, NewWebhook } from "../../domain/webhook.ts";
import { protectBytes, protectText } from "../../secrets/masking/stored-bytes.ts";
import { type Protection, protectInput } from "../../secrets/masking/stored-input.ts";
import { protectionOf, type Vault } from "../../secrets/vault.ts";
import type { WebhookStore } from "../../store/contract/webhooks.ts";
import { keyOf, type MaskerNow } from "./masked-members.ts";

/** Knows the secrets as they are now. */
export interface SecretsNow {
  latest: Vault["latest"];
  masker: MaskerNow;
  /** For ids, which deliveries are found by. */
  keys: MaskerNow;
}

/**
 * Puts stand-ins in place of the secrets in templates, and in the headers and bodies of deliveries, so that a replay can put
 * them back. Ids and the reasons of refusals are masked.
 */
export function protectedWebhooks(webhooks: WebhookStore, { latest, masker, keys }: SecretsNow): WebhookStore {
  const protection = async (): Promise<Protection | undefined> => {
    const known = await latest();
    return known === undefined ? undefined : protectionOf(known);
  };
  const withTemplate = async <W extends Partial<NewWebhook>>(webhook: W): Promise<W> => {
    const { inputJson } = webhook;
    const by = await protection();
    if (by === undefined || inputJson === undefined || inputJson === null) return webhook;
    return { ...webhook, inputJson: readText(await protectInput(by, inputJson)) };
  };
  const masked = async (id: string | null) => (id === null ? null : keyOf(id, await keys()));
  return {
    ...webhooks,
    create: async (webhook) => webhooks.create(await withTemplate(webhook)),
    change: async (id, change) => webhooks.change(id, await withTemplate(change)),
    accepted: async (webhookId, deliveryId) => webhooks.accepted(webhookId, keyOf(deliveryId, await keys())),
    async accept(delivery) {
      const by = await protection();
      if (by === undefined) return webhooks.accept(delivery);
      const { headers, body, deliveryId } = delivery;
      return webhooks.accept({
        ...delivery,
        deliveryId: await masked(deliveryId),
        headers: protectHeaders(by, headers),
        body: protectBytes(by, body),
      });
    },
    async refuse(delivery) {
      const { headers, deliveryId, reason } = delivery;
      const by = await protection();
      return webhooks.refuse({
        ...delivery,
        deliveryId: await masked(deliveryId),
        reason: (await masker()).text(reason),
        headers: by === undefined ? headers : protectHeaders(by, headers),
      });
    },
  };
}

function protectHeaders(protection: Protection, headers: NewDelivery["headers"]): NewDelivery["headers"] {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, protectText(protection, value)]));
}
