import ipaddr, { type IPv4, type IPv6 } from "ipaddr.js";
import type { BlockRule } from "../../domain/network-rule.ts";

/**
 * What is special about an address: `loopback`, `private` (RFC 1918), `link-local`, `unique-local` (RFC 4193),
 * `carrier-grade` (RFC 6598), `multicast`, `unspecified`, `broadcast`, `metadata` (services of cloud machines that give
 * out credentials), or `reserved` (other addresses that are not for hosts of the internet).
 */
export type AddressClass =
  | "loopback"
  | "private"
  | "link-local"
  | "unique-local"
  | "carrier-grade"
  | "multicast"
  | "unspecified"
  | "broadcast"
  | "metadata"
  | "reserved";

/** Classes by the names of ipaddr.js. A range that is missing here needs a closer look. */
const CLASSES: Readonly<Record<string, AddressClass>> = {
  unspecified: "unspecified",
  broadcast: "broadcast",
  multicast: "multicast",
  linkLocal: "link-local",
  loopback: "loopback",
  carrierGradeNat: "carrier-grade",
  private: "private",
  uniqueLocal: "unique-local",
  // Site-local addresses, which RFC 3879 withdrew. Some networks still have them.
  deprecatedSiteLocal: "private",
  benchmarking: "reserved",
};

/** Metadata services at addresses that belong to no other class, or to one that says less. */
const METADATA: ReadonlySet<string> = new Set([
  "169.254.169.254", // AWS, Google Cloud, Azure, DigitalOcean and others
  "169.254.170.2", // AWS, containers
  "169.254.169.253", // AWS, name service
  "100.100.100.200", // Alibaba Cloud
  "168.63.129.16", // Azure
  "192.0.0.192", // Oracle Cloud
  "fd00:ec2::254", // AWS over IPv6
  "fd00:ec2::23", // AWS over IPv6, containers
  "fd00:ec2::253", // AWS over IPv6, name service
  "fd20:ce::254", // Google Cloud over IPv6
]);

/** Blocks that ipaddr.js counts as reserved (RFC 6890), without those for documentation: nothing is behind those. */
const RESERVED_V4 = ["192.0.0.0/24", "198.18.0.0/15", "240.0.0.0/4"].map((block) => ipaddr.IPv4.parseCIDR(block));

/**
 * Returns what is special about an address, or undefined for a public one. An IPv6 address that contains an IPv4
 * address, and reaches it through a translator or tunnel, has the class of that address: mapped, NAT64 (RFC 6052), 6to4
 * (RFC 3056) and Teredo (RFC 4380). The NAT64 prefix for local use (RFC 8215) and everything else outside of the global
 * addresses is reserved, such as IPv4-compatible addresses and those of SIIT (RFC 2765).
 * @param text IPv4 in dotted form, or IPv6 without brackets, with or without a zone
 * @throws {Error} if it is not an address
 */
export function addressClass(text: string): AddressClass | undefined {
  const address = parsed(text);
  return isV4(address) ? classOfV4(address) : classOfV6(address);
}

/**
 * Tells whether a block covers an address, also one that is written as an address of the other family.
 * @param reading how many of the addresses count that an IPv6 address with an IPv4 address in it leads to: a block that
 *   allows has to cover `every` one, one that forbids only `some`
 * @throws {Error} if the address is not valid
 */
export function isInBlock(text: string, { address, bits }: BlockRule, reading: "every" | "some"): boolean {
  const found = parsed(text);
  const network = parsed(address);
  const block = isV4(network) || !network.isIPv4MappedAddress() || bits < 96 ? network : network.toIPv4Address();
  const length = block === network ? bits : bits - 96;
  const inside = (one: IPv4 | IPv6) => one.kind() === block.kind() && (one as IPv6).match(block as IPv6, length);
  if (inside(found)) return true;
  const embedded = isV4(found) ? [] : embeddedIn(found);
  return embedded.length > 0 && (reading === "every" ? embedded.every(inside) : embedded.some(inside));
}

/** Tells whether an address leads to an interface of this machine, or to one of the addresses that always do. */
export function leadsToMachine(text: string, interfaces: readonly string[]): boolean {
  const address = parsed(text);
  const forms = isV4(address) ? [address] : [address, ...embeddedIn(address)];
  return forms.some((form) => {
    const range = form.range();
    return range === "loopback" || range === "unspecified" || interfaces.includes(form.toString());
  });
}

function parsed(text: string): IPv4 | IPv6 {
  const address = text.replace(/%.*$/, "");
  // ipaddr.js takes ::a.b.c.d for ::ffff:a.b.c.d. In a URL it is written in hexadecimal.
  const isMixed = address.includes(":") && address.includes(".");
  return ipaddr.parse(isMixed ? new URL(`http://[${address}]`).hostname.slice(1, -1) : address);
}

function isV4(address: IPv4 | IPv6): address is IPv4 {
  return address.kind() === "ipv4";
}

function classOfV4(address: IPv4): AddressClass | undefined {
  if (METADATA.has(address.toString())) return "metadata";
  const known = CLASSES[address.range()];
  return known ?? (RESERVED_V4.some((block) => address.match(block)) ? "reserved" : undefined);
}

function classOfV6(address: IPv6): AddressClass | undefined {
  if (METADATA.has(address.toString())) return "metadata";
  const known = CLASSES[address.range()];
  if (known !== undefined) return known;
  const special = embeddedIn(address)
    .map(classOfV4)
    .find((one) => one !== undefined);
  if (special !== undefined) return special;
  const bytes = address.toByteArray();
  const isTranslated = address.isIPv4MappedAddress() || isNat64(bytes);
  return isTranslated || isGlobalUnicast(bytes) ? undefined : "reserved";
}

/** Returns the IPv4 addresses that an address leads to: two with Teredo (server and client). */
function embeddedIn(address: IPv6): IPv4[] {
  const bytes = address.toByteArray();
  const at = (start: number, flip = 0) => new ipaddr.IPv4(bytes.slice(start, start + 4).map((byte) => byte ^ flip));
  const begins = (...prefix: number[]) => prefix.every((byte, index) => bytes[index] === byte);
  if (zeros(bytes, 0, 10) && bytes[10] === 0xff && bytes[11] === 0xff) return [at(12)]; // ::ffff:a.b.c.d
  if (zeros(bytes, 0, 8) && bytes[8] === 0xff && bytes[9] === 0xff && zeros(bytes, 10, 12)) return [at(12)]; // ::ffff:0:a.b.c.d
  if (zeros(bytes, 0, 12)) return [at(12)]; // ::a.b.c.d
  if (isNat64(bytes) || begins(0x00, 0x64, 0xff, 0x9b, 0x00, 0x01)) return [at(12)]; // 64:ff9b::/96, 64:ff9b:1::/48
  if (begins(0x20, 0x02)) return [at(2)]; // 2002:aabb:ccdd::/48
  if (begins(0x20, 0x01, 0x00, 0x00)) return [at(4), at(12, 0xff)]; // 2001::/32
  return [];
}

/** 2000::/3, where all addresses of hosts of the internet are (RFC 4291, section 2.4, and the registry of IANA). */
function isGlobalUnicast([first = 0]: readonly number[]): boolean {
  return first >> 5 === 1;
}

function isNat64(bytes: readonly number[]): boolean {
  return bytes[0] === 0x00 && bytes[1] === 0x64 && bytes[2] === 0xff && bytes[3] === 0x9b && zeros(bytes, 4, 12);
}

function zeros(bytes: readonly number[], from: number, to: number): boolean {
  return bytes.slice(from, to).every((byte) => byte === 0);
}
