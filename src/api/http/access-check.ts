import { isIP } from "node:net";
import { defined } from "../../lib/defined.ts";
import type { Client } from "./client.ts";
import type { RecallIdentity, Refusal } from "./gate.ts";
import { HttpError } from "./http-error.ts";
import { isOwnOrigin } from "./own-origin.ts";

/** Which hosts and origins may call the server. */
export interface AccessRules {
  /** Name or address that the server listens on. */
  host: string;
  allowedHosts: readonly string[];
  /** `*` stands for every origin. */
  allowedOrigins: readonly string[];
}

/**
 * Throws {@link HttpError} for a request that is not allowed.
 * @returns the foreign origin whose page may read the response; undefined for any other caller
 */
export type AccessCheck = (request: Request, client: Client) => string | undefined;

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);

/**
 * Creates the check that keeps foreign web pages out. `Origin` and `Sec-Fetch-Site` give away a page that calls this
 * server by name, and `Host` one whose own name was pointed at this machine (DNS rebinding), which can't be done to an
 * address. A form can't send JSON, which writes require (see body-head.ts).
 */
export function createAccessCheck({ host, allowedHosts, allowedOrigins }: AccessRules): AccessCheck {
  const checkHost = createHostCheck([host, ...allowedHosts]);
  const origins = new Set(allowedOrigins.map(lower));
  return (request, client) => {
    const { headers } = request;
    const hostHeader = headers.get("host");
    checkHost(hostHeader);
    const origin = headers.get("origin");
    const isForeign = origin !== null && !isOwnOrigin(origin, hostHeader, client.secure);
    if (isForeign && !origins.has("*") && !origins.has(lower(origin))) {
      throw foreignPage(origin, hostHeader);
    }
    const isSafe = SAFE_METHODS.has(request.method);
    if (!isSafe && origin === null) checkFetchSite(headers.get("sec-fetch-site"));
    return isForeign ? origin : undefined;
  };
}

function foreignPage(origin: string, host: string | null): HttpError {
  const shown = JSON.stringify(origin.slice(0, 100));
  return new HttpError(403, "ORIGIN_NOT_ALLOWED", `Web pages of ${shown} may not call this server.`, {
    remedy:
      origin === `https://${host}`
        ? "If a proxy adds TLS, list its address in server.trusted_proxies and let it send X-Forwarded-Proto."
        : "Add the origin to server.cors.origins if they should.",
  });
}

function createHostCheck(names: readonly string[]): (value: string | null) => void {
  const hosts = new Set(["localhost", ...names].map(lower));
  /** Hosts that passed the check. There are few, and this saves parsing them on every request. */
  const known = new Set<string>();
  return (value) => {
    if (value !== null && known.has(value)) return;
    const name = value === null ? undefined : nameOf(value);
    if (name === undefined || !(hosts.has(name) || name.endsWith(".localhost") || isAddress(name))) {
      const shown = JSON.stringify(value?.slice(0, 100) ?? "");
      throw new HttpError(403, "HOST_NOT_ALLOWED", `The host name ${shown} is not allowed.`, {
        remedy: "Call the server by its address, or add the name to server.allowed_hosts.",
      });
    }
    if (value !== null && known.size < 100) known.add(value);
  };
}

/** Browsers that send no `Origin` with a write say where it comes from (W3C Fetch Metadata, section 2.1). */
function checkFetchSite(site: string | null): void {
  if (site === null || site === "same-origin" || site === "none") return;
  throw new HttpError(403, "ORIGIN_NOT_ALLOWED", "Web pages of another origin may not call this server.", {
    remedy: "Call the server from its own pages, or add the origin to server.cors.origins.",
  });
}

/** Lets a page of another origin read a response, and find out what it may send (Fetch standard, section 3.2). */
export function shareWith(origin: string, headers: Headers): void {
  headers.set("access-control-allow-origin", origin);
  headers.append("vary", "origin");
  headers.set("access-control-expose-headers", "location, retry-after, allow, ratelimit, ratelimit-policy");
  const allow = headers.get("allow");
  if (allow === null) return;
  headers.set("access-control-allow-methods", allow);
  headers.set(
    "access-control-allow-headers",
    "authorization, content-type, idempotency-key, last-event-id, prefer, x-api-key",
  );
  headers.set("access-control-max-age", "600");
}

const lower = (text: string): string => text.toLowerCase();
const isAddress = (name: string): boolean => isIP(name.replace(/^\[(.*)\]$/, "$1")) !== 0;

/** Returns the name in a Host header (RFC 9110, section 7.2) without its port; undefined if it is not valid. */
function nameOf(value: string): string | undefined {
  const match = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(value);
  return match?.[1] === undefined ? undefined : lower(match[1]);
}

/**
 * Reports requests that a check rejects because of their host or origin. A wrong content type is no attempt to get in.
 * @param recall names who sent a request. Nobody has checked its credentials yet, and pages of other origins must not
 *   cause reads of the store.
 */
export function reportingRefusals(
  check: AccessCheck,
  recall: RecallIdentity,
  onRefusal: (refusal: Refusal) => void,
): AccessCheck {
  return (request, client) => {
    try {
      return check(request, client);
    } catch (error) {
      if (error instanceof HttpError && error.status === 403) {
        const identity = recall(request, client.secure);
        onRefusal({ request, caller: { principal: undefined, ...client }, code: error.code, ...defined({ identity }) });
      }
      throw error;
    }
  };
}
