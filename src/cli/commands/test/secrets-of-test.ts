import type { LogEntry } from "../../../domain/execution.ts";
import type { SecretValues } from "../../../domain/secret.ts";
import { readText } from "../../../domain/shared-text.ts";
import type { TaskMetadata } from "../../../domain/task.ts";
import type { ExecuteRequest, ExecuteResult } from "../../../execution/execute.ts";
import { grantSecrets, substitutionOf } from "../../../execution/secrets/grant-secrets.ts";
import { maskedEntry, withMaskedError } from "../../../execution/secrets/masked-execution.ts";
import { maskedPieces } from "../../../execution/secrets/masked-pieces.ts";
import { createSecretMasker } from "../../../secrets/masking/secret-masker.ts";

/** What a test has to do with secrets. */
export interface SecretsOfTest {
  granted: Pick<ExecuteRequest, "secrets" | "substitution">;
  /** Masks values that come from outside the test file, so that neither reports nor updated files have one. */
  masked(result: ExecuteResult): ExecuteResult;
  maskedLog(entry: LogEntry): LogEntry;
  /** Masks the pieces of messages that are too long for one entry. @default they are entries */
  maskedPieces?(onLog: (entry: LogEntry) => unknown): NonNullable<ExecuteRequest["onLogPiece"]>;
}

/** End of the stand-ins of tests. It is always the same, so that an expected output may have one. */
const STAND_IN_END = "0".repeat(40);

/**
 * Gives a test its secrets.
 * @param values of all secrets that the task declares
 * @param masked names of those that are masked in results: the values of others are in the test file anyway
 */
export function secretsOfTest(metadata: TaskMetadata, values: SecretValues, masked: readonly string[]): SecretsOfTest {
  const { guest, standIns } = grantSecrets(
    metadata,
    (name) => values.get(name),
    () => STAND_IN_END,
  );
  const granted = { secrets: guest, substitution: substitutionOf(standIns) };
  const masker = createSecretMasker(new Map([...values].filter(([name]) => masked.includes(name))));
  return {
    granted,
    masked: (result) =>
      result.status === "failed"
        ? withMaskedError(result, masker)
        : { ...result, outputJson: masker.json(readText(result.outputJson)) },
    maskedLog: (entry) => maskedEntry(entry, masker),
    maskedPieces: (onLog) => maskedPieces(onLog, masker),
  };
}
