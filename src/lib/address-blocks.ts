import { BlockList, isIP } from "node:net";

/** Returns true for an address in one of the blocks. */
export type AddressMatcher = (address: string) => boolean;

const BLOCK = /^([^/]+)(?:\/(\d{1,3}))?$/;

/**
 * Returns what is wrong with the text of an address or a block of addresses (CIDR, RFC 4632), or `undefined`.
 * @example
 * ```ts
 * blockProblem("10.0.0.0/8"); // => undefined
 * blockProblem("10.0.0.0/33"); // => "has more bits than an address of its family"
 * ```
 */
export function blockProblem(text: string): string | undefined {
  const [, address = "", bits] = BLOCK.exec(text) ?? [];
  const family = address.includes("%") ? 0 : isIP(address);
  if (family === 0) return "is not an address or a block of addresses";
  return Number(bits ?? 0) > (family === 4 ? 32 : 128) ? "has more bits than an address of its family" : undefined;
}

/**
 * Creates a matcher. An IPv4 block also covers the same addresses in IPv6 (`::ffff:a.b.c.d`).
 * @param blocks texts without a {@link blockProblem}
 * @example
 * ```ts
 * const isOurs = matchAddresses(["10.0.0.0/8", "fd00::1"]);
 * isOurs("10.1.2.3"); // => true
 * isOurs("::ffff:10.1.2.3"); // => true
 * isOurs("11.1.2.3"); // => false
 * ```
 */
export function matchAddresses(blocks: readonly string[]): AddressMatcher {
  if (blocks.length === 0) return () => false;
  const list = new BlockList();
  for (const block of blocks) {
    const [, address = "", bits] = BLOCK.exec(block) ?? [];
    const family = isIP(address) === 4 ? "ipv4" : "ipv6";
    list.addSubnet(address, bits === undefined ? (family === "ipv4" ? 32 : 128) : Number(bits), family);
  }
  return (address) => {
    const family = isIP(address);
    return family !== 0 && list.check(address, family === 4 ? "ipv4" : "ipv6");
  };
}

/** Writes an IPv4 address that arrived in the form of IPv6 (`::ffff:a.b.c.d`) as IPv4, and leaves out the zone. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address);
  if (mapped?.[1] !== undefined) return mapped[1];
  const zone = address.indexOf("%");
  return zone === -1 ? address : address.slice(0, zone);
}

/** Returns true for an address of this machine's loopback interface. */
export function isLoopback(address: string): boolean {
  return address === "::1" || /^127(?:\.\d{1,3}){3}$/.test(plainAddress(address));
}
