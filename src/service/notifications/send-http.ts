import { HttpFailure, type HttpResponse, type HttpSend } from "../../domain/http.ts";
import type { NotificationTarget, TryResult } from "../../domain/notification.ts";
import { messageOf } from "../../domain/unknown-error.ts";
import { parseRetryAfter } from "../../http/chain/retry-after.ts";
import { defined } from "../../lib/defined.ts";
import { formatDuration } from "../../lib/duration.ts";
import { plainText } from "./plain-text.ts";
import { TRY_LIMIT_MS } from "./retry-pauses.ts";
import { withoutSecrets } from "./without-secrets.ts";

/** How much of a response is read, bytes, and how much of it is kept, in characters. */
const READ_BYTES = 4 * 1024;
const KEPT_CHARACTERS = 500;

/** A body may announce any size: it is not read to its end. */
const ANY_SIZE = 2 ** 40;

/** A request to a receiver. */
export interface Outgoing {
  target: Exclude<NotificationTarget, { type: "email" }>;
  headers: Readonly<Record<string, string>>;
  body: string;
}

/**
 * Sends one request. Redirects are not followed: what is signed for one receiver must not reach another. Never rejects.
 * @param stopped fires when the server stops
 */
export async function sendHttp(send: HttpSend, outgoing: Outgoing, stopped: AbortSignal): Promise<TryResult> {
  const { target, headers, body } = outgoing;
  const signal = AbortSignal.any([stopped, AbortSignal.timeout(TRY_LIMIT_MS)]);
  try {
    const response = await send(
      {
        method: "POST",
        url: target.url,
        headers: Object.entries({ "content-type": "application/json", ...headers }),
        body: new TextEncoder().encode(body),
        redirect: "manual",
        timeoutMs: TRY_LIMIT_MS,
        maxResponseBytes: ANY_SIZE,
        streams: true,
      },
      signal,
    );
    return resultOf(response, withoutSecrets(await beginningOf(response), target).slice(0, KEPT_CHARACTERS));
  } catch (error) {
    return { delivered: false, status: null, response: null, error: explain(error, target, signal) };
  }
}

function resultOf({ status, headers }: HttpResponse, response: string): TryResult {
  const delivered = status >= 200 && status < 300;
  const shown = { delivered, status, response };
  if (delivered) return { ...shown, error: null };
  const wait = headers.find(([name]) => name.toLowerCase() === "retry-after")?.[1];
  const retryAfterMs = wait === undefined ? undefined : parseRetryAfter(wait, Date.now());
  const error =
    status >= 300 && status < 400
      ? `it responded with ${status}: redirects are not followed, so use the URL that it redirects to`
      : `it responded with ${status}`;
  return { ...shown, error, ...defined({ retryAfterMs }) };
}

/** Reads the beginning of a body. Whether the rest arrives does not matter. */
async function beginningOf({ body, stream }: HttpResponse): Promise<string> {
  const pieces = [body];
  let bytes = body.byteLength;
  try {
    while (stream !== undefined && bytes < READ_BYTES) {
      const piece = await stream.read();
      if (piece === undefined) break;
      pieces.push(piece);
      bytes += piece.byteLength;
    }
  } catch {
    // The status has decided already.
  }
  stream?.cancel();
  const text = new TextDecoder().decode(Buffer.concat(pieces).subarray(0, READ_BYTES));
  return plainText(text, READ_BYTES);
}

/** Says why there was no response, without the address, which may be a secret. */
function explain(error: unknown, target: Outgoing["target"], signal: AbortSignal): string {
  const timedOut = signal.reason instanceof DOMException && signal.reason.name === "TimeoutError";
  if (timedOut || (error instanceof HttpFailure && error.kind === "timeout")) {
    return `it did not respond within ${formatDuration(TRY_LIMIT_MS)}`;
  }
  const { href, origin, pathname } = new URL(target.url);
  const message = messageOf(error).replaceAll(`POST ${origin}${pathname}`, "the request").replaceAll(href, origin);
  return plainText(withoutSecrets(message, target), KEPT_CHARACTERS);
}
