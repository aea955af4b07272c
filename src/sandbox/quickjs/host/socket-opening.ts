import { isObject } from "../../../lib/is-object.ts";
import { parseBounded } from "./url-parts.ts";

/** The longest address and subprotocols together, characters: more than any server accepts. */
const MAX_OPENING = 32 * 1024;
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const MALFORMED = "the WebSocket can't be opened";

/**
 * Reads what a guest wants to open. The guest API has checked it, but a task can change what the guest API works with, so its
 * form is checked again.
 * @returns what is wrong with it, if anything is
 */
export function readOpening(json: string): { url: string; protocols: string[] } | string {
  if (json.length > MAX_OPENING) return `the address and the subprotocols are larger than ${MAX_OPENING} characters`;
  let opening: unknown;
  try {
    opening = JSON.parse(json);
  } catch {
    return MALFORMED;
  }
  if (!isObject(opening)) return MALFORMED;
  const { url, protocols } = opening;
  const address = typeof url === "string" ? parseBounded(url) : null;
  if (address === null || !/^wss?:$/.test(address.protocol) || !isProtocols(protocols)) return MALFORMED;
  return { url: address.href, protocols };
}

function isProtocols(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string" && TOKEN.test(item));
}
