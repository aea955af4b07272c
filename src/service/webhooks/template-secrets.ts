import { readText } from "../../domain/shared-text.ts";
import type { NewWebhook, Webhook } from "../../domain/webhook.ts";
import type { RestoredValues } from "../../secrets/masking/restored-values.ts";
import { hasStandIn, restoreInput } from "../../secrets/masking/stored-input.ts";
import type { Vault } from "../../secrets/vault.ts";
import { wrongMember } from "../request-checks.ts";

/**
 * Returns a webhook whose template has its secrets.
 * @param restored receives their values
 * @throws {RatchetError} CONFIG_INVALID if their key is lost; ENVIRONMENT if the master key is wrong
 */
export async function withTemplateSecrets(
  webhook: Webhook,
  vault: Pick<Vault, "sealer">,
  { onValue }: RestoredValues,
): Promise<Webhook> {
  const { inputJson } = webhook;
  if (inputJson === null || !hasStandIn(inputJson)) return webhook;
  return { ...webhook, inputJson: readText(restoreInput({ sealer: await vault.sealer(), onValue }, inputJson)) };
}

/** Another task must not get the secrets in a template. @throws {RatchetError} USAGE */
export function checkKeptTemplate(old: Webhook, changes: Partial<NewWebhook>, pointer: string): void {
  const { taskId, inputJson } = changes;
  if (taskId === undefined || taskId === old.taskId || inputJson !== undefined) return;
  if (old.inputJson === null || !hasStandIn(old.inputJson)) return;
  throw wrongMember(pointer, "can't be changed alone: the input has a secret", "Send the input again, too.");
}
