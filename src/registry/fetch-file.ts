import { RatchetError } from "../domain/errors.ts";
import type { HttpResponse, HttpSend } from "../domain/http.ts";

/** The limit of the whole scan applies; this one only has to exceed the client's default, ms. */
const EXCHANGE_TIMEOUT_MS = 24 * 60 * 60 * 1_000;

/** A file on a web server. */
export interface RemoteFile {
  url: string;
  maxBytes: number;
  /** Tag of the content that is known; null to fetch it in any case. */
  etag: string | null;
}

/**
 * Fetches an index or an archive.
 * @returns a response with status 200, or 304 if the tag still matches
 * @throws {RatchetError} ENVIRONMENT for any other status
 */
export async function fetchFile(
  send: HttpSend,
  { url, maxBytes, etag }: RemoteFile,
  signal: AbortSignal,
): Promise<HttpResponse> {
  const headers: [string, string][] = [["accept", "application/json, application/zip;q=0.9, */*;q=0.5"]];
  if (etag !== null) headers.push(["if-none-match", etag]);
  const limits = { maxResponseBytes: maxBytes, timeoutMs: EXCHANGE_TIMEOUT_MS };
  const response = await send({ method: "GET", url, headers, body: null, ...limits }, signal);
  if (response.status === 200 || (response.status === 304 && etag !== null)) return response;
  throw new RatchetError("ENVIRONMENT", `${url} responded with ${response.status} ${response.statusText}`.trim(), {
    remedy: "Check the address of the index.",
  });
}
