import type { SecretSubstitution } from "../../domain/http.ts";
import type { NamedValue, SecretValues } from "../../domain/secret.ts";
import type { ShareableText } from "../../domain/shared-text.ts";
import type { TaskMetadata } from "../../domain/task.ts";
import { RestoredValues } from "../../secrets/masking/restored-values.ts";
import { createSecretMasker, type SecretMasker } from "../../secrets/masking/secret-masker.ts";
import { hasStandIn, restoreInput } from "../../secrets/masking/stored-input.ts";
import type { KnownSecrets, Vault } from "../../secrets/vault.ts";
import { grantSecrets, substitutionOf } from "./grant-secrets.ts";

/** What one execution on a server has to do with secrets. */
export interface ExecutionSecrets {
  /** The input with the secrets that were taken out before it was stored. */
  inputJson: ShareableText;
  /** `context.secrets`; undefined if the task declares none. */
  guest?: Record<string, string> | undefined;
  substitution?: SecretSubstitution | undefined;
  /** All values that are masked, by name. */
  known: SecretValues;
  /** Masks all stored secrets; undefined without secrets. */
  masker: SecretMasker | undefined;
}

/**
 * Prepares the secrets of an execution.
 * @param executionId whose stand-ins are the same each time
 * @throws {RatchetError} CONFIG_INVALID if a secret is not set, or the key of stored inputs is lost; ENVIRONMENT if the master key is wrong
 */
export async function executionSecrets(
  metadata: TaskMetadata,
  stored: ShareableText,
  vault: Pick<Vault, "known" | "latest" | "sealer">,
  executionId: number,
): Promise<ExecutionSecrets> {
  const declares = metadata.permissions?.secrets !== undefined;
  const isProtected = hasStandIn(stored);
  // A wrong master key must not stop tasks that need no secret.
  const known = declares || isProtected ? await vault.known() : await vault.latest();
  const values: SecretValues = known?.values ?? new Map();
  const found = new RestoredValues();
  const { onValue } = found;
  const inputJson = isProtected ? restoreInput({ sealer: await vault.sealer(), onValue }, stored) : stored;
  const earlier = found.earlierThan(values);
  const masker = earlier.length === 0 ? known?.masker : withEarlierValues(known?.masker, earlier);
  const all = earlier.length === 0 ? values : withEarlier(values, earlier);
  if (!declares) return { inputJson, masker, known: all };
  const { guest, standIns } = grantSecrets(metadata, (name) => values.get(name), standInEnds(known, executionId));
  return { inputJson, masker, known: all, guest, substitution: substitutionOf(standIns) };
}

/** A guest that sleeps keeps its stand-ins, so they have to be the same when it is woken. */
function standInEnds(known: KnownSecrets | undefined, executionId: number): ((name: string) => string) | undefined {
  const sealer = known?.sealer;
  return sealer && ((name) => sealer.unguessable(name, `stand-in of execution ${executionId}`));
}

/** Adds values under names of their own, since a name may have had several. */
function withEarlier(values: SecretValues, earlier: readonly NamedValue[]): SecretValues {
  return new Map([...values, ...earlier.map(([name, value], index): [string, string] => [`${name} ${index}`, value])]);
}

/** The task gets values that were changed or removed after its input was sent. They are masked like those that are known now. */
function withEarlierValues(current: SecretMasker | undefined, values: readonly NamedValue[]): SecretMasker {
  const earlier = createSecretMasker(values);
  if (current === undefined) return earlier;
  return {
    text: (text) => current.text(earlier.text(text)),
    openEnd(text) {
      const end = current.openEnd(text);
      const both = earlier.openEnd(text.slice(0, end));
      return both === end ? end : current.openEnd(text.slice(0, both));
    },
    json: (text) => current.json(earlier.json(text)),
    jsonInSteps: async (text) => current.jsonInSteps(await earlier.jsonInSteps(text)),
    value: (value) => current.value(earlier.value(value)),
  };
}
