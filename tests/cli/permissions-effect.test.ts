import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { effectOf } from "../../src/cli/commands/permissions/effect.ts";
import { NETWORK_SCOPES, type NetworkRule } from "../../src/domain/network-rule.ts";
import { createNetworkPolicy } from "../../src/http/policy/network-policy.ts";
import { literalAddress } from "../../src/http/route.ts";
import { netOf, networkRules } from "../support/task-rules.ts";

const HOSTS = ["a.test", "b.a.test", "c.test", "127.0.0.1", "10.1.2.3", "8.8.8.8", "[::1]", "[2600::8]"];
const BLOCKS = ["10.0.0.0/8", "10.1.0.0/16", "8.0.0.0/8", "127.0.0.0/8", "0.0.0.0/0", "::/0", "fc00::/7", "8.8.8.8/32"];
const PATHS = ["/", "/v1", "/v1/a", "/v1/b/c", "/v2"];
const METHODS = ["GET", "POST", "DELETE"];
const SCHEMES = ["http", "https", "ws"];

const optional = <T>(values: readonly T[]) => fc.option(fc.constantFrom(...values), { nil: undefined });
const hostRule = fc
  .record({
    methods: fc.subarray(METHODS, { maxLength: 2 }),
    scheme: optional(SCHEMES),
    host: fc.constantFrom(...HOSTS, "*", "*.test", "*.a.test"),
    port: optional([80, 443, 8080]),
    path: optional(PATHS),
  })
  .map(
    ({ methods, scheme, host, port, path }) =>
      `${methods.length === 0 ? "" : `${methods.join()} `}${scheme === undefined ? "" : `${scheme}://`}${host}${
        port === undefined ? "" : `:${port}`
      }${path ?? ""}`,
  );
const rule = fc.oneof(hostRule, fc.constantFrom(...BLOCKS)).map((text) => networkRules(text)[0] as NetworkRule);
const settings = fc.record({
  scope: fc.constantFrom(...NETWORK_SCOPES),
  allow: fc.array(rule, { maxLength: 3 }),
  deny: fc.array(rule, { maxLength: 3 }),
});
const IPV6 = fc
  .array(fc.constantFrom(0, 1, 0x64, 0xff9b, 0x2002, 0x2001, 0x2600, 0xfc00, 0xfe80, 0xffff, 0x7f00, 0x808), {
    minLength: 8,
    maxLength: 8,
  })
  .map((groups) => groups.map((group) => group.toString(16)).join(":"));
const request = fc
  .record({
    method: fc.constantFrom(...METHODS),
    scheme: fc.constantFrom(...SCHEMES, "wss"),
    host: fc.constantFrom(...HOSTS),
    port: optional([80, 443, 8080]),
    path: fc.constantFrom(...PATHS, "/v1/%2e%2e/v2", "/x;y/v1"),
    address: fc.oneof(fc.ipV4(), IPV6, fc.constantFrom("127.0.0.1", "10.1.2.3", "8.8.8.8", "169.254.169.254")),
  })
  .map(({ method, scheme, host, port, path, address }) => ({
    about: { method, url: new URL(`${scheme}://${host}${port === undefined ? "" : `:${port}`}${path}`) },
    address,
  }));
const own = fc.option(fc.constant({ host: "127.0.0.1", port: 8080 }), { nil: undefined });

describe("the effect of a rule", () => {
  test("that is shown as allowed or refused holds for every request that the rule covers", async () => {
    await fc.assert(
      fc.asyncProperty(rule, settings, own, fc.array(request, { minLength: 30, maxLength: 30 }), async (...given) => {
        const [one, configuration, server, requests] = given;
        const { effect } = await effectOf(one, configuration, server);
        if (effect === "partly") return;
        const task = netOf(one.text);
        const policy = createNetworkPolicy(configuration, () => server);
        for (const { about, address: resolved } of requests) {
          const address = literalAddress(about.url) ?? resolved;
          const covering = createNetworkPolicy({ scope: "any", allow: [], deny: [] }, () => undefined);
          const outside = covering.checkRequest(about, task) ?? (await covering.checkAddress(about, address, task));
          if (outside !== undefined) continue;
          const matters = policy.addressMatters(about, task) !== undefined;
          const refusal =
            policy.checkRequest(about, task) ?? (matters ? await policy.checkAddress(about, address, task) : undefined);
          expect([about.method, about.url.href, address, refusal === undefined ? "allowed" : "refused"]).toEqual([
            ...[about.method, about.url.href, address],
            effect,
          ]);
        }
      }),
      { numRuns: 40 },
    );
  }, 60_000);

  test("that is shown as partly has a request that passes and one that does not", async () => {
    const [block] = networkRules("10.0.0.0/8");
    const shown = await effectOf(block as NetworkRule, {
      scope: "none",
      allow: networkRules("10.1.0.0/16"),
      deny: networkRules("10.1.2.0/24", "POST c.test"),
    });
    expect(shown).toEqual({
      effect: "partly",
      because:
        'not at the addresses of the rule "10.1.2.0/24" of http.deny; the rule "POST c.test" of http.deny forbids c.test; only by the rule "10.1.0.0/16" of http.allow: execution.network is "none"',
    });
  });
});
