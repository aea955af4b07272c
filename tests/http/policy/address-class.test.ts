import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { BlockRule } from "../../../src/domain/network-rule.ts";
import { addressClass, isInBlock, leadsToMachine } from "../../../src/http/policy/address-class.ts";

const CLASSES: [string, string | undefined][] = [
  ["127.0.0.1", "loopback"],
  ["127.255.255.254", "loopback"],
  ["::1", "loopback"],
  ["10.0.0.1", "private"],
  ["172.16.0.1", "private"],
  ["172.31.255.255", "private"],
  ["172.32.0.1", undefined],
  ["192.168.1.1", "private"],
  ["169.254.1.1", "link-local"],
  ["fe80::1", "link-local"],
  ["fe80::1%eth0", "link-local"],
  ["fc00::1", "unique-local"],
  ["fd12:3456::1", "unique-local"],
  ["fec0::1", "private"],
  ["100.64.0.1", "carrier-grade"],
  ["100.127.255.255", "carrier-grade"],
  ["100.128.0.1", undefined],
  ["224.0.0.1", "multicast"],
  ["239.255.255.250", "multicast"],
  ["ff02::1", "multicast"],
  ["0.0.0.0", "unspecified"],
  ["0.1.2.3", "unspecified"],
  ["::", "unspecified"],
  ["255.255.255.255", "broadcast"],
  ["169.254.169.254", "metadata"],
  ["169.254.170.2", "metadata"],
  ["100.100.100.200", "metadata"],
  ["168.63.129.16", "metadata"],
  ["192.0.0.192", "metadata"],
  ["fd00:ec2::254", "metadata"],
  ["fd00:0ec2:0:0:0:0:0:254", "metadata"],
  ["fd20:ce::254", "metadata"],
  ["192.0.0.1", "reserved"],
  ["198.18.0.1", "reserved"],
  ["240.0.0.1", "reserved"],
  ["100::1", "reserved"],
  ["2001:2::1", "reserved"],
  ["4000::1", "reserved"],
  ["5f00::1", "reserved"],
  ["8.8.8.8", undefined],
  ["192.0.2.1", undefined],
  ["198.51.100.1", undefined],
  ["203.0.113.1", undefined],
  ["2001:db8::1", undefined],
  ["2606:4700::1111", undefined],
  // IPv4 in IPv6
  ["::ffff:127.0.0.1", "loopback"],
  ["::ffff:a9fe:a9fe", "metadata"],
  ["::ffff:8.8.8.8", undefined],
  ["::ffff:0:10.0.0.1", "private"],
  ["::ffff:0:8.8.8.8", "reserved"],
  ["::127.0.0.1", "loopback"],
  ["::10.0.0.1", "private"],
  ["::8.8.8.8", "reserved"],
  ["64:ff9b::10.0.0.1", "private"],
  ["64:ff9b::169.254.169.254", "metadata"],
  ["64:ff9b::8.8.8.8", undefined],
  ["64:ff9b:1::8.8.8.8", "reserved"],
  ["64:ff9b:1:ffff:ffff:ffff:808:808", "reserved"],
  ["64:ff9b:2::8.8.8.8", "reserved"],
  ["2002:7f00:1::1", "loopback"],
  ["2002:0a00:0001::", "private"],
  ["2002:a9fe:a9fe::1", "metadata"],
  ["2002:808:808::1", undefined],
  // Teredo: the server in the middle, the client inverted at the end
  ["2001:0:808:808:0:0:80ff:fffe", "loopback"],
  ["2001:0:7f00:1:0:0:f7f7:f7f7", "loopback"],
  ["2001:0:808:808:0:0:f7f7:f7f7", undefined],
];

test.each(CLASSES)("%s is %p", (address, expected) => {
  expect(addressClass(address)).toBe(expected as never);
});

const v4 = fc.tuple(
  ...([0, 1, 2, 3].map(() => fc.nat(255)) as [
    fc.Arbitrary<number>,
    fc.Arbitrary<number>,
    fc.Arbitrary<number>,
    fc.Arbitrary<number>,
  ]),
);
const hex = (high: number, low: number) => (high * 256 + low).toString(16);

describe("an address in another notation", () => {
  test("is at least as special as itself", () => {
    fc.assert(
      fc.property(v4, ([a, b, c, d]) => {
        const dotted = `${a}.${b}.${c}.${d}`;
        const expected = addressClass(dotted);
        expect(addressClass(`::ffff:${dotted}`)).toBe(expected as never);
        expect(addressClass(`::ffff:${hex(a, b)}:${hex(c, d)}`)).toBe(expected as never);
        if (expected === undefined) return;
        for (const form of [
          `::${dotted}`,
          `::ffff:0:${dotted}`,
          `64:ff9b::${dotted}`,
          `64:ff9b:1::${dotted}`,
          `2002:${hex(a, b)}:${hex(c, d)}::1`,
          `2001:0:${hex(a, b)}:${hex(c, d)}::1`,
          `2001:0:808:808::${hex(a ^ 255, b ^ 255)}:${hex(c ^ 255, d ^ 255)}`,
        ]) {
          expect(addressClass(form)).toBeDefined();
        }
      }),
    );
  });

  test("in a block that forbids is in it", () => {
    fc.assert(
      fc.property(v4, fc.integer({ min: 0, max: 32 }), ([a, b, c, d], bits) => {
        const dotted = `${a}.${b}.${c}.${d}`;
        const rule = block(dotted, bits);
        for (const form of [dotted, `::ffff:${dotted}`, `64:ff9b::${dotted}`, `2002:${hex(a, b)}:${hex(c, d)}::1`]) {
          expect(isInBlock(form, rule, "some")).toBe(true);
          expect(isInBlock(form, rule, "every")).toBe(true);
          expect(isInBlock(form, block(`::ffff:${dotted}`, 96 + bits), "some")).toBe(true);
        }
      }),
    );
  });
});

describe("a block", () => {
  test.each([
    ["10.1.2.3", "10.0.0.0", 8, true],
    ["11.1.2.3", "10.0.0.0", 8, false],
    ["10.1.2.3", "10.1.2.3", 32, true],
    ["fd00::1", "fd00::", 8, true],
    ["fe00::1", "fd00::", 8, false],
    ["10.1.2.3", "::", 0, false],
    ["::ffff:10.1.2.3", "::", 0, true],
    ["fe80::1%eth0", "fe80::", 10, true],
  ])("%s in %s/%i: %p", (address, network, bits, expected) => {
    expect(isInBlock(address, block(network, bits), "some")).toBe(expected);
    expect(isInBlock(address, block(network, bits), "every")).toBe(expected);
  });

  test("that allows has to cover both addresses of a Teredo tunnel", () => {
    const tunnel = "2001:0:808:808:0:0:80ff:fffe"; // from 8.8.8.8 to 127.0.0.1
    expect(isInBlock(tunnel, block("8.0.0.0", 8), "every")).toBe(false);
    expect(isInBlock(tunnel, block("127.0.0.0", 8), "some")).toBe(true);
  });
});

test.each([
  ["127.0.0.1", true],
  ["127.9.9.9", true],
  ["::1", true],
  ["0.0.0.0", true],
  ["::", true],
  ["::ffff:127.0.0.1", true],
  ["64:ff9b::127.0.0.1", true],
  ["192.0.2.7", true],
  ["::ffff:192.0.2.7", true],
  ["2001:db8::7", true],
  ["192.0.2.8", false],
  ["2001:db8::8", false],
])("%s leads to the machine with 192.0.2.7 and 2001:db8::7: %p", (address, expected) => {
  expect(leadsToMachine(address, ["192.0.2.7", "2001:db8::7"])).toBe(expected);
});

function block(address: string, bits: number): BlockRule {
  return { kind: "block", text: `${address}/${bits}`, address, bits };
}
