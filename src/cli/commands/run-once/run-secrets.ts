import type { SecretValues } from "../../../domain/secret.ts";
import type { TaskMetadata } from "../../../domain/task.ts";
import { grantSecrets, substitutionOf } from "../../../execution/secrets/grant-secrets.ts";
import { maskedReports, withMaskedError } from "../../../execution/secrets/masked-execution.ts";
import { createSecretMasker } from "../../../secrets/masking/secret-masker.ts";
import type { RunSecrets } from "./secrets.ts";

/** Returns what a run needs for the secrets with these values. */
export function runSecrets(metadata: TaskMetadata, values: SecretValues): RunSecrets {
  const masker = createSecretMasker(values);
  return {
    values,
    grant() {
      const { guest, standIns } = grantSecrets(metadata, (name) => values.get(name));
      return { secrets: guest, substitution: substitutionOf(standIns) };
    },
    reports: (reports) => ({ ...reports, ...maskedReports(reports, masker) }),
    masked: (result) => withMaskedError(result, masker),
  };
}
