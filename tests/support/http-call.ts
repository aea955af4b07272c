import { HttpFailure, type HttpRequest, type HttpResponse, type HttpSend } from "../../src/domain/http.ts";

const NEVER = new AbortController().signal;

/** A request with defaults, as tests write it; a text body is sent as UTF-8. */
export function request(
  url: string,
  options: Partial<Omit<HttpRequest, "url" | "body">> & { body?: string | Uint8Array } = {},
): HttpRequest {
  const { body, ...rest } = options;
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return { method: "GET", headers: [], ...rest, url, body: bytes ?? null };
}

/** Sends with a signal that never fires, unless one is given. */
export function call(
  send: HttpSend,
  url: string,
  options: Parameters<typeof request>[1] & { signal?: AbortSignal } = {},
): Promise<HttpResponse> {
  const { signal, ...rest } = options;
  return send(request(url, rest), signal ?? NEVER);
}

/** The failure of an exchange that must fail. */
export async function failureOf(exchange: Promise<HttpResponse | object>): Promise<HttpFailure> {
  try {
    const response = await exchange;
    throw new Error(`did not fail: ${"status" in response ? response.status : "it is open"}`);
  } catch (error) {
    if (error instanceof HttpFailure) return error;
    throw error;
  }
}

/** A body as text. */
export function textOf(response: HttpResponse): string {
  return new TextDecoder().decode(response.body);
}

/** A body as JSON of `/echo`. */
export function echoOf(response: HttpResponse): {
  method: string;
  target: string;
  headers: Record<string, string>;
  body: string;
} {
  return JSON.parse(textOf(response));
}
