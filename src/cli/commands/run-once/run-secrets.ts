import type { SecretValues } from "../../../domain/secret.ts";
import type { TaskMetadata } from "../../../domain/task.ts";
import type { ExecuteRequest, ExecuteResult } from "../../../execution/execute.ts";
import { grantSecrets, substitutionOf } from "../../../execution/secrets/grant-secrets.ts";
import { maskedReports, type Reports, withMaskedError } from "../../../execution/secrets/masked-execution.ts";
import { createSecretMasker } from "../../../secrets/masking/secret-masker.ts";

/** The secrets of a run. */
export interface RunSecrets {
  /** Values by name. */
  values: SecretValues;
  /** Returns what one execution gets: each has stand-ins of its own. */
  grant(): Pick<ExecuteRequest, "secrets" | "substitution">;
  /** Masks the values in what the task reports. */
  reports(reports: Reports): Reports;
  /** Masks the values in a text. */
  text(text: string): string;
  /** Masks the values in the error of a failed result. */
  masked(result: ExecuteResult): ExecuteResult;
}

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
    text: masker.text,
    masked: (result) => withMaskedError(result, masker),
  };
}
