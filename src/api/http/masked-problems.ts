import type { JsonObject } from "../../domain/json.ts";
import type { SecretMasker } from "../../secrets/masking/secret-masker.ts";
import type { Vault } from "../../secrets/vault.ts";
import type { Peer } from "./client.ts";

/** Responds to a request. */
type Handle = (request: Request, peer: Peer) => Promise<Response>;

/**
 * Masks secrets in all problem documents. An error may repeat what a caller has sent, or what a task's schema says, whoever has
 * found it.
 */
export function maskProblems(handle: Handle, vault: Pick<Vault, "latest">): Handle {
  return async (request, peer) => {
    const response = await handle(request, peer);
    if (response.status < 400 || response.headers.get("content-type") !== "application/problem+json") return response;
    const masker = (await vault.latest())?.masker;
    if (masker === undefined || response.body === null) return response;
    const headers = new Headers(response.headers);
    headers.delete("content-length");
    const document = (await response.json()) as JsonObject;
    return new Response(JSON.stringify(maskedMembers(document, masker)), { status: response.status, headers });
  };
}

/** Members of an error that may repeat what others wrote. Codes and titles are Ratchet's own. */
const MASKED = ["detail", "message", "remedy", "data", "errors"];

/** Masks the members of an error that may repeat what others wrote. */
export function maskedMembers(error: JsonObject, masker: SecretMasker): JsonObject {
  const members = Object.entries(error).map(([name, value]) => {
    if (!MASKED.includes(name)) return [name, value] as const;
    return [name, typeof value === "string" ? masker.text(value) : masker.value(value)] as const;
  });
  return Object.fromEntries(members);
}
