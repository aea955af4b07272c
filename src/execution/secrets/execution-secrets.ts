import type { SecretSubstitution } from "../../domain/http.ts";
import type { SecretValues } from "../../domain/secret.ts";
import type { ShareableText } from "../../domain/shared-text.ts";
import type { TaskMetadata } from "../../domain/task.ts";
import type { SecretMasker } from "../../secrets/masking/secret-masker.ts";
import { hasStandIn, restoreInput } from "../../secrets/masking/stored-input.ts";
import type { Vault } from "../../secrets/vault.ts";
import { grantSecrets, substitutionOf } from "./grant-secrets.ts";

/** What one execution on a server has to do with secrets. */
export interface ExecutionSecrets {
  /** The input with the secrets that were taken out before it was stored. */
  inputJson: ShareableText;
  /** `context.secrets`; undefined if the task declares none. */
  guest?: Record<string, string> | undefined;
  substitution?: SecretSubstitution | undefined;
  /** Masks all stored secrets; undefined without secrets. */
  masker: SecretMasker | undefined;
}

/**
 * Prepares the secrets of an execution.
 * @throws {RatchetError} CONFIG_INVALID if a secret is not set; ENVIRONMENT if the master key is wrong
 */
export async function executionSecrets(
  metadata: TaskMetadata,
  stored: ShareableText,
  vault: Pick<Vault, "known" | "latest">,
): Promise<ExecutionSecrets> {
  const declares = metadata.permissions?.secrets !== undefined;
  // A wrong master key must not stop tasks that need no secret.
  const known = declares || hasStandIn(stored) ? await vault.known() : await vault.latest();
  const values: SecretValues = known?.values ?? new Map();
  const inputJson = restoreInput(values, stored);
  const masker = known?.masker;
  if (!declares) return { inputJson, masker };
  const { guest, standIns } = grantSecrets(metadata, (name) => values.get(name));
  return { inputJson, masker, guest, substitution: substitutionOf(standIns) };
}
