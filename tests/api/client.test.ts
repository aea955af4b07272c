/** Whose address a request has, behind proxies that are trusted and others that are not. */
import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createFindClient } from "../../src/api/http/client.ts";
import { matchAddresses } from "../../src/lib/address-blocks.ts";

const find = createFindClient(matchAddresses(["10.0.0.0/8", "fd00::/8"]));
const addressOf = (peer: string, headers: Record<string, string>) =>
  find(new Headers(headers), { address: peer, secure: false }).address;
const isSecure = (peer: string, headers: Record<string, string>) =>
  find(new Headers(headers), { address: peer, secure: false }).secure;

describe("the client's address", () => {
  const PROXY = "10.0.0.1";
  test.each<[what: string, peer: string, headers: Record<string, string>, address: string]>([
    ["is the peer's, without headers", PROXY, {}, PROXY],
    ["is the peer's, if it is no proxy", "192.0.2.1", { "x-forwarded-for": "203.0.113.9" }, "192.0.2.1"],
    ["is what the proxy says", PROXY, { "x-forwarded-for": "203.0.113.9" }, "203.0.113.9"],
    ["is the last that a trusted proxy says", PROXY, { "x-forwarded-for": "1.1.1.1, 203.0.113.9" }, "203.0.113.9"],
    ["is found through several proxies", PROXY, { "x-forwarded-for": "1.1.1.1, 203.0.113.9, 10.9.9.9" }, "203.0.113.9"],
    ["is the first proxy's, if all are proxies", PROXY, { "x-forwarded-for": "10.3.3.3, 10.2.2.2" }, "10.3.3.3"],
    ["is the last known one before a name", PROXY, { "x-forwarded-for": "203.0.113.9, unknown" }, PROXY],
    ["may have a port", PROXY, { "x-forwarded-for": "203.0.113.9:4711" }, "203.0.113.9"],
    ["may be IPv6", "fd00::1", { "x-forwarded-for": "2001:db8::7" }, "2001:db8::7"],
    ["may be IPv6 with a port", PROXY, { "x-forwarded-for": "[2001:db8::7]:4711" }, "2001:db8::7"],
    ["is written as IPv4 where it can be", PROXY, { "x-forwarded-for": "::ffff:203.0.113.9" }, "203.0.113.9"],
    ["is read from Forwarded", PROXY, { forwarded: 'for=1.1.1.1, for="[2001:db8::7]:99";proto=https' }, "2001:db8::7"],
    ["is read from Forwarded in any case", PROXY, { forwarded: "Proto=http;For=203.0.113.9" }, "203.0.113.9"],
    [
      "is not invented by quotes",
      PROXY,
      { forwarded: 'for="1.1.1.1, for=2.2.2.2";by=x, for=203.0.113.9' },
      "203.0.113.9",
    ],
    ["is not hidden by _names", PROXY, { forwarded: "for=203.0.113.9, for=_hidden" }, PROXY],
    [
      "is what both headers say",
      PROXY,
      { forwarded: "for=203.0.113.9", "x-forwarded-for": "203.0.113.9" },
      "203.0.113.9",
    ],
    [
      "is the peer's, if the headers disagree",
      PROXY,
      { forwarded: "for=1.1.1.1", "x-forwarded-for": "203.0.113.9" },
      PROXY,
    ],
  ])("%s", (_, peer, headers, address) => expect(addressOf(peer, headers)).toBe(address));

  test("never depends on what stands left of the first address that is no proxy's", () => {
    fc.assert(
      fc.property(fc.string(), (junk) => {
        const text = junk.replaceAll(/[^\x20-\x7e]/g, "");
        expect(addressOf(PROXY, { "x-forwarded-for": `${text}, 203.0.113.9, 10.2.2.2` })).toBe("203.0.113.9");
      }),
    );
  });

  test("never comes from a header of a peer that is not trusted", () => {
    fc.assert(
      fc.property(fc.ipV4(), fc.constantFrom("x-forwarded-for", "forwarded"), (address, name) => {
        const value = name === "forwarded" ? `for=${address}` : address;
        expect(addressOf("192.0.2.1", { [name]: value })).toBe("192.0.2.1");
      }),
    );
  });
});

test("TLS at a trusted proxy counts as TLS", () => {
  expect(isSecure("10.0.0.1", { "x-forwarded-proto": "https" })).toBe(true);
  expect(isSecure("10.0.0.1", { forwarded: "for=1.1.1.1;proto=https" })).toBe(true);
  expect(isSecure("10.0.0.1", { "x-forwarded-proto": "https", forwarded: "proto=http" })).toBe(false);
  expect(isSecure("10.0.0.1", { "x-forwarded-proto": "https, http" })).toBe(false);
  expect(isSecure("10.0.0.1", {})).toBe(false);
  expect(isSecure("192.0.2.1", { "x-forwarded-proto": "https" })).toBe(false);
});
