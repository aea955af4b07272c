import type { Vault } from "../../secrets/vault.ts";
import type { LogMasker } from "../../telemetry/masking-logger.ts";

/**
 * Masks the secrets in the server's log from now on.
 * @throws {RatchetError} ENVIRONMENT, CONFIG_INVALID without the right master key: nothing could be masked
 */
export async function startMasking(
  vault: Pick<Vault, "known" | "lastKnown">,
  maskWith: (maskerNow: () => LogMasker | undefined) => void,
): Promise<void> {
  maskWith(() => vault.lastKnown()?.masker);
  await vault.known();
}
