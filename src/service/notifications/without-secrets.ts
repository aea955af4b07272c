import { HIDDEN } from "../../config/notification-targets.ts";
import type { NotificationTarget } from "../../domain/notification.ts";

/** Shorter parts of a URL are words rather than secrets. */
const SHORTEST_SECRET = 6;

/**
 * Hides what is secret of a receiver in a text that came from it: many servers repeat the address, or all headers, when
 * something is wrong.
 * @example
 * ```ts
 * const target = { type: "slack", url: "https://hooks.example.org/services/T0/B0/token" } as const;
 * withoutSecrets("Cannot POST /services/T0/B0/token", target); // => "Cannot POST (hidden)"
 * ```
 */
export function withoutSecrets(text: string, target: Exclude<NotificationTarget, { type: "email" }>): string {
  const secrets = secretsOf(target).filter((secret) => secret.length >= SHORTEST_SECRET);
  // Long ones first: they may contain others.
  secrets.sort((a, b) => b.length - a.length);
  return secrets.reduce((shown, secret) => shown.replaceAll(secret, HIDDEN), text);
}

function secretsOf(target: Exclude<NotificationTarget, { type: "email" }>): string[] {
  const { username, password, pathname, search, searchParams } = new URL(target.url);
  const login = [username, password].map(decoded);
  const basic = username === "" && password === "" ? "" : Buffer.from(login.join(":")).toString("base64");
  const secrets = [username, password, ...login, basic, search, search.slice(1)];
  for (const value of searchParams.values()) secrets.push(value, encodeURIComponent(value));
  if (target.type === "webhook") return [...secrets, target.secret, target.secret.slice("whsec_".length)];
  const parts = pathname.split("/");
  // The first part of a path is what the service calls its webhooks.
  return [...secrets, pathname + search, pathname, ...parts.slice(2), ...parts.slice(2).map(decoded)];
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
