import type { JsonObject } from "../domain/json.ts";
import { MAX_ADDRESSES, type NotificationTarget, type ShownTarget, TARGET_TYPES } from "../domain/notification.ts";
import { isObject } from "../lib/is-object.ts";
import type { StructureProblem, StructureReading } from "./value-form.ts";

/** Longest URL of a receiver, in characters. */
const LONGEST_URL = 2_000;

/** What stands for a secret that is not shown. */
export const HIDDEN = "(hidden)";

/**
 * An address without a name, comments or quotes: nothing in it can begin another address or header (RFC 5321, section 4.1.2,
 * without quoted local parts).
 */
const ADDRESS =
  /^[\w.!#$%&'*+/=?^`{|}~-]{1,64}@[A-Za-z\d](?:[A-Za-z\d-]*[A-Za-z\d])?(?:\.[A-Za-z\d](?:[A-Za-z\d-]*[A-Za-z\d])?)*$/;

/** The members of each kind of receiver. */
const MEMBERS: Readonly<Record<NotificationTarget["type"], readonly string[]>> = {
  webhook: ["url", "secret"],
  slack: ["url"],
  teams: ["url"],
  email: ["to"],
};

/** Returns true if a text is an e-mail address without a name. */
export function isMailAddress(text: string): boolean {
  return text.length <= 254 && ADDRESS.test(text);
}

/** Reads one receiver of a rule. */
export function readTarget(entry: unknown): StructureReading<NotificationTarget> {
  const type = isObject(entry) ? TARGET_TYPES.find((one) => one === entry.type) : undefined;
  if (!isObject(entry) || type === undefined) {
    const message = `must be one of ${TARGET_TYPES.join(", ")}`;
    return {
      problems: [{ path: ["type"], message, remedy: 'Write such as {"type": "slack", "url": "https://..."}.' }],
    };
  }
  const problems: StructureProblem[] = [];
  for (const member of Object.keys(entry)) {
    if (member === "type" || MEMBERS[type].includes(member)) continue;
    const remedy = `${type} has ${MEMBERS[type].join(" and ")}.`;
    problems.push({ path: [member], message: `is not a member of a receiver of type ${type}`, remedy });
  }
  if (type === "email") checkAddresses(entry.to, problems);
  else checkUrl(entry.url, problems);
  if (type === "webhook") checkSecret(entry.secret, problems);
  // Each member was checked above.
  return problems.length > 0 ? { problems } : { value: entry as unknown as NotificationTarget };
}

function checkUrl(url: unknown, problems: StructureProblem[]): void {
  const isUrl = typeof url === "string" && url.length <= LONGEST_URL && URL.canParse(url) && /^https?:\/\//i.test(url);
  if (isUrl && !url.includes(HIDDEN)) return;
  if (isUrl) {
    const remedy = "Write the whole URL with what is secret of it.";
    problems.push({ path: ["url"], message: "is a URL as it is shown, without its secret", remedy });
    return;
  }
  problems.push({ path: ["url"], message: "is not an http: or https: URL", remedy: "Write the whole URL." });
}

function checkSecret(secret: unknown, problems: StructureProblem[]): void {
  const key = typeof secret === "string" ? /^whsec_([A-Za-z\d+/]+={0,2})$/.exec(secret)?.[1] : undefined;
  const bytes = key === undefined || key.length > 500 ? undefined : Buffer.from(key, "base64");
  if (
    bytes !== undefined &&
    bytes.length > 0 &&
    key?.replace(/=+$/, "") === bytes.toString("base64").replace(/=+$/, "")
  )
    return;
  const message = "must be whsec_ and the key in base64 (Standard Webhooks)";
  problems.push({ path: ["secret"], message, remedy: 'Create one: echo "whsec_$(head -c 24 /dev/urandom | base64)".' });
}

function checkAddresses(to: unknown, problems: StructureProblem[]): void {
  if (!Array.isArray(to) || to.length === 0 || to.length > MAX_ADDRESSES) {
    const message = `must be a list of 1 to ${MAX_ADDRESSES} addresses`;
    problems.push({ path: ["to"], message, remedy: 'Write a list: ["ops@example.org"].' });
    return;
  }
  for (const [index, address] of to.entries()) {
    if (typeof address === "string" && isMailAddress(address)) continue;
    const remedy = "Write the address alone, without a name.";
    problems.push({ path: ["to", index], message: "is not an e-mail address", remedy });
  }
}

/**
 * Returns a receiver as it may be shown. The path of a chat channel's URL is what lets anyone write there, and a query may
 * have a token.
 */
export function shownTarget(target: NotificationTarget): ShownTarget {
  const { type } = target;
  if (type === "email") return { type, to: target.to };
  const { protocol, host, pathname, username, password, search } = new URL(target.url);
  if (type !== "webhook") return { type, url: `${protocol}//${host}/${HIDDEN}` };
  if (username === "" && password === "" && search === "") return { type, url: target.url };
  const credentials = username === "" && password === "" ? "" : `${HIDDEN}@`;
  return { type, url: `${protocol}//${credentials}${host}${pathname}${search === "" ? "" : `?${HIDDEN}`}` };
}

/** Converts a receiver to the form that files contain, without its secrets. */
export function writeTarget(target: NotificationTarget): JsonObject {
  return { ...shownTarget(target), ...(target.type === "webhook" ? { secret: HIDDEN } : {}) } as unknown as JsonObject;
}
