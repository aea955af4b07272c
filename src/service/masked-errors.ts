import { RatchetError } from "../domain/errors.ts";
import { maskError } from "../execution/secrets/mask-error.ts";
import type { Vault } from "../secrets/vault.ts";

/**
 * Masks secrets in the errors of a service's methods. An error may repeat what a caller has sent, such as the name of a
 * task that does not exist.
 */
export function withMaskedErrors<Service extends object>(service: Service, vault: Pick<Vault, "lastKnown">): Service {
  const masked = (error: unknown): unknown => {
    const masker = vault.lastKnown()?.masker;
    return masker !== undefined && error instanceof RatchetError ? maskError(error, masker) : error;
  };
  const methods = Object.entries(service).map(([name, method]) => [
    name,
    (...args: unknown[]) => {
      try {
        const result = (method as (...args: unknown[]) => unknown)(...args);
        if (!(result instanceof Promise)) return result;
        return result.catch((error: unknown) => {
          throw masked(error);
        });
      } catch (error) {
        throw masked(error);
      }
    },
  ]);
  return Object.fromEntries(methods) as Service;
}
