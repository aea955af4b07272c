import { isIP } from "node:net";
import { type AddressMatcher, plainAddress } from "../../lib/address-blocks.ts";

/** The other end of a connection. */
export interface Peer {
  /** Its IP address. */
  address: string;
  /** The connection uses TLS. */
  secure: boolean;
}

/** Who sent a request, as far as the network tells. */
export interface Client {
  /** The client's IP address: the peer's, or what a trusted proxy says. */
  address: string;
  /** The request came over TLS, to this server or to a trusted proxy. */
  secure: boolean;
}

/** Finds out who sent a request, from its headers and the other end of its connection. */
export type FindClient = (headers: Headers, peer: Peer) => Client;

/**
 * Creates the function that finds out who sent a request. The lists of addresses in `X-Forwarded-For` and `Forwarded`
 * (RFC 7239) are read from the right, as far as each reporter is a trusted proxy: everything further left may be
 * invented. A proxy that writes one of the two passes on the other as the client sent it, so where they disagree,
 * neither is believed.
 */
export function createFindClient(isTrusted: AddressMatcher): FindClient {
  return (headers, peer) => {
    if (!isTrusted(peer.address)) return peer;
    const listed = headers.get("x-forwarded-for");
    const standard = headers.get("forwarded");
    const chains = [
      ...(listed === null ? [] : [listed.split(",").map(nodeAddress)]),
      ...(standard === null ? [] : [forwardedElements(standard).map(({ for: node }) => nodeAddress(node ?? ""))]),
    ];
    const [first, second] = chains.map((chain) => originOf(chain, peer.address, isTrusted));
    const address = first === undefined || (second !== undefined && second !== first) ? peer.address : first;
    return { address, secure: peer.secure || isForwardedSecure(headers, standard) };
  };
}

/** Walks from the peer to the left, as long as the reporter is trusted and names an address. */
function originOf(chain: readonly (string | undefined)[], peer: string, isTrusted: AddressMatcher): string {
  let address = peer;
  for (let at = chain.length - 1; at >= 0 && isTrusted(address); at--) {
    const next = chain[at];
    if (next === undefined) break;
    address = next;
  }
  return address;
}

/** Returns the address of a node (RFC 7239, section 6), without its port; undefined for a name such as `unknown`. */
function nodeAddress(node: string): string | undefined {
  const text = node.trim().replace(/^"(.*)"$/, "$1");
  const bare = /^\[([^\]]+)\](?::\d+)?$/.exec(text)?.[1] ?? /^(\d+\.\d+\.\d+\.\d+):\d+$/.exec(text)?.[1] ?? text;
  return isIP(bare) === 0 ? undefined : plainAddress(bare);
}

/** The last proxy knows best how the request reached it, so the last value counts. */
function isForwardedSecure(headers: Headers, standard: string | null): boolean {
  const listed = headers.get("x-forwarded-proto")?.split(",").at(-1)?.trim();
  const named = standard === null ? undefined : forwardedElements(standard).at(-1)?.proto;
  const given = [listed, named].filter((proto) => proto !== undefined);
  return given.length > 0 && given.every((proto) => proto?.toLowerCase() === "https");
}

/** Parses a `Forwarded` header: elements separated by commas, pairs separated by semicolons, values may be quoted. */
function forwardedElements(text: string): Record<string, string | undefined>[] {
  const elements: Record<string, string | undefined>[] = [Object.create(null)];
  for (const [, separator, name = "", quoted, plain] of text.matchAll(
    /\s*(,|;)|\s*([\w!#$%&'*+.^`|~-]+)=(?:"((?:[^"\\]|\\.)*)"|([^\s;,"]*))/g,
  )) {
    if (separator === ",") elements.push(Object.create(null));
    const element = elements.at(-1);
    if (element === undefined || separator !== undefined) continue;
    element[name.toLowerCase()] = quoted?.replace(/\\(.)/g, "$1") ?? plain;
  }
  return elements;
}
