import type { OriginStatus } from "../../http/chain/origins.ts";
import type { Vault } from "../../secrets/vault.ts";

/** Masks secrets in the origins that tasks have called: a task can make one a part of a host name. */
export function maskedOrigins(origins: OriginStatus[], vault: Pick<Vault, "lastKnown">): OriginStatus[] {
  const masker = vault.lastKnown()?.masker;
  if (masker === undefined) return origins;
  return origins.map((status) => ({ ...status, origin: masker.text(status.origin) }));
}
