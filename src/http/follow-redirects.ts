import { HttpFailure, type HttpRequest, type HttpResponse, type HttpSend } from "../domain/http.ts";
import { describeRequest, describeUrl } from "./describe-request.ts";

const REDIRECTS = new Set([301, 302, 303, 307, 308]);

/** Headers that describe a body, and are dropped with it (Fetch standard, HTTP-redirect fetch, step 12). */
const BODY_HEADERS = new Set(["content-encoding", "content-language", "content-location", "content-type"]);

/** Headers that must not reach another origin. */
const CREDENTIAL_HEADERS = new Set(["authorization", "cookie"]);

/**
 * Creates the layer that follows redirects by the rules of the Fetch standard (HTTP-redirect fetch): 301 and 302 turn
 * POST into GET, 303 turns all methods except GET and HEAD into GET, 307 and 308 repeat the request. A hop to another
 * origin drops Authorization and Cookie. A body that is a stream can only be dropped by
 * 303, because it can't be sent again. `redirect: "manual"` returns the redirect itself, `"error"` fails.
 */
export function followRedirects(next: HttpSend, options: { maxRedirects: number }): HttpSend {
  return async (original, signal) => {
    let request = original;
    const started = performance.now();
    for (let hops = 0; ; hops++) {
      const hopStarted = performance.now();
      const response = await next(request, signal);
      const location = REDIRECTS.has(response.status) ? headerOf(response, "location") : undefined;
      if (location === undefined || original.redirect === "manual") {
        return hops === 0 ? response : afterRedirects(response, hopStarted - started);
      }
      response.stream?.cancel();
      if (original.redirect === "error") {
        const to = describeUrl(target(location, request.url));
        throw new HttpFailure(
          "network",
          `${describeRequest(request)} was redirected to ${to}, and redirect is "error"`,
        );
      }
      if (hops === options.maxRedirects) {
        const message = `${describeRequest(original)} was redirected more than ${hops} times`;
        throw new HttpFailure("network", message, { code: "ERR_TOO_MANY_REDIRECTS" });
      }
      if (request.upload !== undefined && response.status !== 303) {
        const message = `${describeRequest(request)} was redirected, but its body is a stream, which can't be sent again`;
        throw new HttpFailure("network", message);
      }
      const to = target(location, request.url);
      request = redirected(request, response.status, to);
      original.onRedirect?.(request);
    }
  };
}

function redirected(request: HttpRequest, status: number, to: URL): HttpRequest {
  const { method } = request;
  const toGet =
    ((status === 301 || status === 302) && method === "POST") ||
    (status === 303 && method !== "GET" && method !== "HEAD");
  const crossOrigin = new URL(request.url).origin !== to.origin;
  const headers = request.headers.filter(([name]) => {
    const lower = name.toLowerCase();
    return !(toGet && BODY_HEADERS.has(lower)) && !(crossOrigin && CREDENTIAL_HEADERS.has(lower));
  });
  const { upload: _, ...next } = request; // only a 303 comes here with one, and drops it
  return { ...next, url: to.href, headers, method: toGet ? "GET" : method, body: toGet ? null : request.body };
}

/** Resolves a Location. Servers write it in UTF-8, but header values are read as Latin-1. Inherits the fragment. */
function target(location: string, base: string): URL {
  const bytes = Buffer.from(location, "latin1");
  const text = bytes.some((byte) => byte > 0x7f) ? bytes.toString("utf8") : location;
  if (!URL.canParse(text, base)) {
    const message = `${describeUrl(base)} redirected to "${text.slice(0, 100)}", which is not a URL`;
    throw new HttpFailure("network", message, { code: "EPROTO" });
  }
  const to = new URL(text, base);
  if (to.protocol !== "http:" && to.protocol !== "https:") {
    const message = `${describeUrl(base)} was redirected, but only http: and https: URLs can be fetched, not ${to.protocol}`;
    throw new HttpFailure("network", message, { code: "EPROTO" });
  }
  if (to.hash === "") to.hash = new URL(base).hash;
  return to;
}

function afterRedirects(response: HttpResponse, earlierMs: number): HttpResponse {
  const { timing } = response;
  const last: HttpResponse = { ...response, redirected: true };
  if (timing) last.timing = { waitMs: timing.waitMs + earlierMs, receiveMs: timing.receiveMs };
  return last;
}

function headerOf(response: HttpResponse, wanted: string): string | undefined {
  return response.headers.find(([name]) => name.toLowerCase() === wanted)?.[1];
}
