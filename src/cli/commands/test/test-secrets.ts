import type { ConfigValues } from "../../../config/keys.ts";
import { declaredSecrets } from "../../../domain/declared-secrets.ts";
import { RatchetError } from "../../../domain/errors.ts";
import type { TaskMetadata } from "../../../domain/task.ts";
import { createSecretSource, type SecretOptions, withoutValue } from "../run-once/secret-source.ts";
import type { SecretsOfTest } from "./secrets-of-test.ts";

/** Finds the secrets of tests. */
export interface TestSecrets {
  /**
   * Finds the secrets that a task declares: the test's own values, else those that a run would get.
   * @param own the values in the test file
   * @throws {RatchetError} CONFIG_INVALID for a secret without a value; USAGE if the test has one that the task does not declare;
   *   INPUT_UNREADABLE, ENVIRONMENT
   */
  of(metadata: TaskMetadata, own: Readonly<Record<string, string>> | undefined): Promise<SecretsOfTest>;
}

const NO_SECRETS: SecretsOfTest = { granted: {}, masked: (result) => result, maskedLog: (entry) => entry };

/**
 * Finds the secrets for the tests of tasks.
 * @param read reads a file; - is standard input
 * @throws {RatchetError} USAGE if `--secret` has one that no task declares; INPUT_UNREADABLE
 */
export function createTestSecrets(
  options: SecretOptions,
  tasks: readonly TaskMetadata[],
  config: ConfigValues,
  read: (path: string) => string,
): TestSecrets {
  const source = createSecretSource(options, tasks, config, read);
  return {
    async of(metadata, own = {}) {
      const declared = declaredSecrets(metadata.permissions).map(({ name }) => name);
      const unknown = Object.keys(own).find((name) => !declared.includes(name));
      if (unknown !== undefined) throw undeclared(unknown, metadata.label);
      if (declared.length === 0) return NO_SECRETS;
      const values = new Map(Object.entries(own));
      const outside = declared.filter((name) => !values.has(name));
      if (outside.length > 0) {
        const found = await source.found();
        const missing = outside.filter((name) => !found.values.has(name));
        if (missing.length > 0) throw withoutValue(missing, metadata.label, found.file);
        for (const name of outside) values.set(name, found.values.get(name) ?? "");
      }
      const { secretsOfTest } = await import("./secrets-of-test.ts");
      return secretsOfTest(metadata, values, outside);
    },
  };
}

function undeclared(name: string, label: string): RatchetError {
  return new RatchetError("USAGE", `The test has the secret ${name}, which the task "${label}" does not declare.`, {
    remedy: `Add it to the task's metadata: "permissions": {"secrets": [${JSON.stringify(name)}]}, or remove it from the test.`,
  });
}
