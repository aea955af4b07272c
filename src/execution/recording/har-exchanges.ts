import type { Static } from "typebox";
import type { HttpExchange } from "../../http/record-http.ts";
import { defined } from "../../lib/defined.ts";
import { fromHarSocket } from "./har-messages.ts";
import type { harSchema } from "./session-schemas.ts";

type Entries = Static<ReturnType<typeof harSchema>>["log"]["entries"];

/** Converts a checked archive to exchanges in the same order. */
export function fromHar(entries: Entries): HttpExchange[] {
  return entries.map((entry) => {
    const { startedDateTime, time, request } = entry;
    const { postData } = request;
    const exchange: HttpExchange = {
      request: defined({
        method: request.method,
        url: request.url,
        headers: request.headers.map(({ name, value }): [string, string] => [name, value]),
        body: postData === undefined ? null : bytesOf(postData.text, postData._encoding),
        redirect: request._redirect,
      }),
      startedAt: Date.parse(startedDateTime) || 0,
      durationMs: time,
      result: resultOf(request.url, entry),
    };
    if (request._redirects !== undefined) exchange.redirects = request._redirects;
    return exchange;
  });
}

function resultOf(url: string, entry: Entries[number]): HttpExchange["result"] {
  const { response } = entry;
  if (response.status === 0 && response._error !== undefined) return { failure: response._error };
  if (response.status === 0) return { failure: { kind: "network", message: "no response was recorded" } };
  return defined({
    response: defined({
      status: response.status,
      statusText: response.statusText,
      url: response._url ?? url,
      redirected: response._redirected ?? false,
      headers: response.headers.map(({ name, value }): [string, string] => [name, value]),
      body: bytesOf(response.content.text ?? "", response.content.encoding),
      attempts: response._attempts,
    }),
    pieces: response._pieces,
    brokenBy: response._error,
    socket: fromHarSocket(entry),
  });
}

function bytesOf(text: string, encoding: "base64" | undefined): Uint8Array {
  return encoding === "base64" ? new Uint8Array(Buffer.from(text, "base64")) : new TextEncoder().encode(text);
}
