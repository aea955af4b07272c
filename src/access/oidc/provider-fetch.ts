import type { CustomFetch, CustomFetchOptions } from "openid-client";
import type { HttpSend } from "../../domain/http.ts";
import { isSafeUrl } from "../safe-url.ts";

const MAX_RESPONSE_BYTES = 1024 * 1024;

/**
 * Lets openid-client use the server's own HTTP client, with its proxy, its certificates and its limits. Every URL is
 * checked, because all but the first come from the provider's metadata.
 * @param timeoutMs time limit of one exchange
 */
export function providerFetch(send: HttpSend, timeoutMs: number): CustomFetch {
  return async (url, { method, headers, body, signal }) => {
    if (!isSafeUrl(new URL(url))) throw new Error(`the provider's metadata contains ${url}, which is not encrypted`);
    const response = await send(
      {
        method,
        url,
        headers: Object.entries(headers),
        body: bytesOf(body),
        redirect: "manual",
        timeoutMs,
        maxResponseBytes: MAX_RESPONSE_BYTES,
      },
      signal ?? new AbortController().signal,
    );
    const content = response.body.byteLength === 0 ? null : new Uint8Array(response.body);
    return new Response(content, { status: response.status, headers: response.headers });
  };
}

/** The grants that are used send forms and nothing else. */
function bytesOf(body: CustomFetchOptions["body"]): Uint8Array | null {
  if (body === undefined || body === null) return null;
  if (body instanceof URLSearchParams || typeof body === "string") return new TextEncoder().encode(String(body));
  throw new TypeError("a request to the provider has a body of an unknown type");
}
