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

/**
 * Returns what counts as one client: an IPv4 address, or the first 64 bits of an IPv6 address, because one client usually
 * has all addresses that begin with them.
 * @example
 * ```ts
 * addressGroup("192.0.2.7"); // => "192.0.2.7"
 * addressGroup("2001:db8::1:2:3:4"); // => "2001:db8:0:0::/64"
 * ```
 */
export function addressGroup(address: string): string {
  const plain = plainAddress(address);
  if (isIP(plain) !== 6) return plain;
  const [head = "", tail] = plain.split("::");
  const groups = head === "" ? [] : head.split(":");
  if (tail !== undefined) {
    // An IPv4 address at the end takes the place of two groups.
    const after = tail === "" ? 0 : tail.split(":").length + (tail.includes(".") ? 1 : 0);
    while (groups.length + after < 8) groups.push("0");
  }
  const first = [...groups, ...(tail ?? "").split(":")].slice(0, 4);
  return `${first.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}
