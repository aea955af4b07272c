import { Refusal } from "./refusal.ts";

/** Who may call the server, and how. */
export interface AccessRules {
  /** Name or address the server listens at. */
  host: string;
  allowedHosts: readonly string[];
  allowedOrigins: readonly string[];
}

/**
 * Throws {@link Refusal} for a request that must not be answered.
 * @returns the origin of a page elsewhere that may read the answer
 */
export type AccessCheck = (request: Request) => string | undefined;

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS"]);
const JSON_TYPE = /^application\/(?:json|[\w.+-]+\+json)\s*(?:;|$)/i;

/**
 * Keeps web pages out. A page elsewhere that names this server is refused by `Origin`; one whose name was pointed at
 * this machine (DNS rebinding) by `Host`; and since writes want JSON, a form can't make one.
 */
export function createAccessCheck({ host, allowedHosts, allowedOrigins }: AccessRules): AccessCheck {
  const hosts = new Set(["localhost", "127.0.0.1", "[::1]", bracketed(host), ...allowedHosts].map(lower));
  const origins = new Set(allowedOrigins.map(lower));
  /** Hosts that were seen and are right: there are few, and it saves parsing on every request. */
  const known = new Set<string>();

  function checkHost(value: string | null): void {
    if (value !== null && known.has(value)) return;
    const name = value === null ? undefined : nameOf(value);
    if (name === undefined || !(hosts.has(name) || name.endsWith(".localhost"))) {
      throw new Refusal(
        403,
        "HOST_NOT_ALLOWED",
        `The server does not answer to the host name ${JSON.stringify(value?.slice(0, 100) ?? "")}.`,
        "Call it by its address, or add the name to server.allowed_hosts.",
      );
    }
    if (value !== null && known.size < 100) known.add(value);
  }

  return (request) => {
    const { headers } = request;
    const hostHeader = headers.get("host");
    checkHost(hostHeader);
    const origin = headers.get("origin");
    const isForeign = origin !== null && !isOwn(origin, hostHeader);
    if (isForeign && !origins.has(lower(origin))) {
      throw new Refusal(
        403,
        "ORIGIN_NOT_ALLOWED",
        `Web pages of ${JSON.stringify(origin.slice(0, 100))} may not call this server.`,
        "Add the origin to server.allowed_origins if they should.",
      );
    }
    if (!SAFE_METHODS.has(request.method)) checkContentType(headers);
    return isForeign ? origin : undefined;
  };
}

/** Lets a page of another origin read an answer, and ask for what it may send (Fetch standard, section 3.2). */
export function shareWith(origin: string, headers: Headers): void {
  headers.set("access-control-allow-origin", origin);
  headers.append("vary", "origin");
  headers.set("access-control-expose-headers", "location, retry-after, allow");
  const allow = headers.get("allow");
  if (allow === null) return;
  headers.set("access-control-allow-methods", allow);
  headers.set("access-control-allow-headers", "content-type, idempotency-key, last-event-id");
  headers.set("access-control-max-age", "600");
}

function checkContentType(headers: Headers): void {
  const type = headers.get("content-type");
  if (type === null) {
    const length = headers.get("content-length");
    if ((length === null || length === "0") && headers.get("transfer-encoding") === null) return;
  } else if (JSON_TYPE.test(type)) {
    return;
  }
  throw new Refusal(
    415,
    "UNSUPPORTED_MEDIA_TYPE",
    `The content type is ${JSON.stringify(type?.slice(0, 100) ?? "not given")}; writes take JSON.`,
    "Send the header Content-Type: application/json.",
  );
}

const lower = (text: string): string => text.toLowerCase();
const bracketed = (host: string): string => (host.includes(":") && !host.startsWith("[") ? `[${host}]` : host);

/** The name in a Host header (RFC 9110, section 7.2), without its port; undefined when it is not a valid name. */
function nameOf(value: string): string | undefined {
  const match = /^(\[[\da-f:.]+\]|[\w.-]+)(?::\d{1,5})?$/i.exec(value);
  return match?.[1] === undefined ? undefined : lower(match[1]);
}

/** Whether a page that this server gave out makes the request. */
function isOwn(origin: string, host: string | null): boolean {
  return host !== null && (origin === `http://${host}` || origin === `https://${host}`);
}
