import { type GuestFetch, NEW_FETCH } from "./guest-fetch.ts";
import type { OpenBody } from "./open-body.ts";

/** How much of bodies is kept while a guest sleeps, bytes. */
const MAX_KEPT = 256 * 1024;

/** A body that a guest which sleeps has not read. */
interface UnreadBody {
  index: number;
  report: string;
  isBroken: boolean;
  /** Base64. */
  body?: string;
}

/** The fetches of a guest that sleeps. */
export interface FetchesAtRest {
  count: number;
  bytes: number;
  unsent: boolean;
  bodies: UnreadBody[];
}

/**
 * Finds what a guest that goes to sleep has not read.
 * @param collect receives the rest of a body that is small
 * @returns undefined if there is something that can't be kept, or not yet
 */
export function unreadBodies(
  fetches: ReadonlyMap<number, GuestFetch>,
  collect: (fetch: GuestFetch, open: OpenBody) => void,
): UnreadBody[] | undefined {
  const bodies: UnreadBody[] = [];
  let bytes = 0;
  for (const [index, fetch] of fetches) {
    const { report, open, body, isBroken } = fetch;
    if (report === undefined || fetch.isRead) return undefined;
    if (open !== undefined) {
      if (!open.isStreamed && lengthOf(fetch) <= MAX_KEPT) collect(fetch, open);
      return undefined;
    }
    if (body === undefined && !isBroken) continue;
    bytes += body?.length ?? 0;
    if (bytes > MAX_KEPT) return undefined;
    bodies.push({ index, report, isBroken, ...(body !== undefined && { body: body.toBase64() }) });
  }
  return bodies;
}

/** Returns the call of a body that was kept. */
export function fetchOfBody({ report, isBroken, body }: UnreadBody): GuestFetch {
  const kept = body === undefined ? undefined : Uint8Array.fromBase64(body);
  return { ...NEW_FETCH, abort: new AbortController(), isBackground: false, report, isBroken, body: kept };
}

/** Returns the length of a body by its head. */
function lengthOf({ head }: GuestFetch): number {
  const [, length] = head?.headers.find(([name]) => name.toLowerCase() === "content-length") ?? [];
  return length === undefined ? Number.POSITIVE_INFINITY : Number(length);
}
