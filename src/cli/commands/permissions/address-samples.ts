import ipaddr from "ipaddr.js";
import type { BlockRule } from "../../../domain/network-rule.ts";

/** One address of each kind that matters most. */
export const COMMON_ADDRESSES: readonly string[] = ["8.8.8.8", "127.0.0.1", "10.0.0.1", "169.254.169.254", "2600::1"];

/** Blocks whose addresses are treated differently from those beside them. */
const SPECIAL_BLOCKS = [
  ...["0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "172.16.0.0/12", "192.0.0.0/24"],
  ...["192.168.0.0/16", "198.18.0.0/15", "224.0.0.0/4", "240.0.0.0/4", "255.255.255.255/32"],
  ...["100.100.100.200/32", "168.63.129.16/32", "169.254.169.254/32"],
  ...["::/128", "::1/128", "::/96", "::ffff:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48", "2000::/3", "2001::/32"],
  ...["2002::/16", "fc00::/7", "fe80::/10", "fec0::/10", "ff00::/8"],
];

/** Returns addresses on both sides of the borders of all kinds. */
export function specialAddresses(): string[] {
  const edges = SPECIAL_BLOCKS.flatMap((text) => {
    const [address = "", bits = ""] = text.split("/");
    return blockEdges({ address, bits: Number(bits) });
  });
  return [...new Set([...COMMON_ADDRESSES, ...edges])];
}

/** Returns the first and last address of a block, and those before and after it. */
export function blockEdges({ address, bits }: Pick<BlockRule, "address" | "bits">): string[] {
  const bytes = ipaddr.parse(address).toByteArray();
  const size = bytes.length * 8;
  const value = bytes.reduce((sum, byte) => sum * 256n + BigInt(byte), 0n);
  const rest = (1n << BigInt(size - bits)) - 1n;
  const first = value - (value & rest);
  const last = first + rest;
  const most = (1n << BigInt(size)) - 1n;
  return [first, last, first - 1n, last + 1n]
    .filter((one) => one >= 0n && one <= most)
    .map((one) => written(one, size));
}

function written(value: bigint, size: number): string {
  const digits = value.toString(16).padStart(size / 4, "0");
  return ipaddr.fromByteArray([...Buffer.from(digits, "hex")]).toString();
}
