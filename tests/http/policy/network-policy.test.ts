import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { NetworkScope, TaskRules } from "../../../src/domain/network-rule.ts";
import { createNetworkPolicy } from "../../../src/http/policy/network-policy.ts";
import type { Refusal } from "../../../src/http/policy/refusal.ts";
import { hostsOf, netOf, networkRules } from "../../support/task-rules.ts";

interface Case {
  scope?: NetworkScope;
  allow?: string[];
  deny?: string[];
  task?: TaskRules;
  url?: string;
  method?: string;
  /** What the host resolves to. */
  at?: string;
  /** `server.host` of the server, on port 8080. */
  server?: string;
}

/** Decides as the outbound chain does: by the request, then by the address if it matters. */
async function decide(given: Case): Promise<Refusal | undefined> {
  const {
    scope = "public",
    allow = [],
    deny = [],
    task,
    url = "http://a.test/",
    method = "GET",
    at = "8.8.8.8",
  } = given;
  const { server } = given;
  const policy = createNetworkPolicy({ scope, allow: networkRules(...allow), deny: networkRules(...deny) }, () =>
    server === undefined ? undefined : { host: server, port: 8080 },
  );
  const request = { url: new URL(url), method };
  const refusal = policy.checkRequest(request, task);
  if (refusal !== undefined || policy.addressMatters(request, task) === undefined) return refusal;
  return policy.checkAddress(request, at, task);
}

const settingOf = async (given: Case) => (await decide(given))?.setting;

describe("execution.network", () => {
  test.each<[NetworkScope, string, string | undefined]>([
    ["public", "8.8.8.8", undefined],
    ["public", "10.0.0.1", "execution.network"],
    ["public", "127.0.0.1", "execution.network"],
    ["any", "127.0.0.1", undefined],
    ["any", "169.254.169.254", undefined],
    ["none", "8.8.8.8", "execution.network"],
  ])("%s and %s: %p", async (scope, at, expected) => {
    expect(await settingOf({ scope, at })).toBe(expected as never);
  });
});

describe("http.allow opens what execution.network refuses", () => {
  test.each<[string, Case, string | undefined]>([
    ["a host", { allow: ["a.test"], at: "10.0.0.1" }, undefined],
    ["another host", { allow: ["b.test"], at: "10.0.0.1" }, "execution.network"],
    ["every host", { allow: ["*"], at: "10.0.0.1" }, undefined],
    ["a port", { allow: ["a.test:81"], at: "10.0.0.1" }, "execution.network"],
    ["a method", { allow: ["POST a.test"], at: "10.0.0.1" }, "execution.network"],
    ["a path", { allow: ["a.test/v1"], url: "http://a.test/v1/..%2fx", at: "10.0.0.1" }, "execution.network"],
    ["a block", { allow: ["10.0.0.0/8"], at: "10.0.0.1" }, undefined],
    ["another block", { allow: ["10.0.0.0/8"], at: "192.168.0.1" }, "execution.network"],
    ["a block, written as IPv6", { allow: ["10.0.0.0/8"], at: "::ffff:10.0.0.1" }, undefined],
    ["none and a host", { scope: "none", allow: ["a.test"], at: "8.8.8.8" }, undefined],
    ["none and another host", { scope: "none", allow: ["b.test"], at: "8.8.8.8" }, "execution.network"],
    ["none and a block", { scope: "none", allow: ["8.0.0.0/8"], at: "8.8.8.8" }, undefined],
    ["none and another block", { scope: "none", allow: ["9.0.0.0/8"], at: "8.8.8.8" }, "execution.network"],
    ["and closes nothing", { allow: ["b.test"], at: "8.8.8.8" }, undefined],
  ])("%s: %p", async (_, given, expected) => {
    expect(await settingOf(given)).toBe(expected as never);
  });
});

describe("http.deny wins", () => {
  test.each<[string, Case, string | undefined]>([
    ["over any", { scope: "any", deny: ["a.test"] }, "http.deny"],
    ["over http.allow", { allow: ["a.test"], deny: ["a.test"] }, "http.deny"],
    ["over the task's rules", { task: netOf("a.test"), deny: ["*.test"] }, "http.deny"],
    ["with a block", { scope: "any", deny: ["8.0.0.0/8"] }, "http.deny"],
    [
      "with a block over a host of http.allow",
      { allow: ["a.test"], deny: ["10.0.0.0/8"], at: "10.0.0.1" },
      "http.deny",
    ],
    ["with an address that a name leads to", { scope: "any", deny: ["10.0.0.1"], at: "10.0.0.1" }, "http.deny"],
    ["with an address in another notation", { scope: "any", deny: ["10.0.0.1"], at: "64:ff9b::10.0.0.1" }, "http.deny"],
    ["with an IPv6 address", { scope: "any", deny: ["[2001:db8::1]"], at: "2001:db8::1" }, "http.deny"],
    ["with an address and a port", { scope: "any", deny: ["10.0.0.1:80"], at: "10.0.0.1" }, "http.deny"],
    ["but not for another port", { scope: "any", deny: ["10.0.0.1:81"], at: "10.0.0.1" }, undefined],
    ["but not for another method", { scope: "any", deny: ["POST a.test"] }, undefined],
    [
      "for a path in any reading",
      { scope: "any", deny: ["a.test/admin"], url: "http://a.test/x/..%2fadmin" },
      "http.deny",
    ],
  ])("%s: %p", async (_, given, expected) => {
    expect(await settingOf(given)).toBe(expected as never);
  });
});

describe("a task's rules", () => {
  test.each<[string, Case, string | undefined]>([
    ["narrow", { task: netOf("b.test") }, "permissions.net"],
    ["narrow with hosts", { task: hostsOf("b.test") }, "permissions.hosts"],
    ["narrow to nothing", { task: netOf() }, "permissions.net"],
    ["permit", { task: netOf("b.test", "GET http://a.test") }, undefined],
    ["permit a block", { task: netOf("8.0.0.0/8") }, undefined],
    ["narrow to a block", { task: netOf("9.0.0.0/8") }, "permissions.net"],
    ["narrow http.allow", { task: netOf("b.test"), allow: ["a.test"], at: "10.0.0.1" }, "permissions.net"],
    ["open no private address by host", { task: netOf("a.test"), at: "10.0.0.1" }, "execution.network"],
    ["open no private address by block", { task: netOf("10.0.0.0/8"), at: "10.0.0.1" }, "execution.network"],
    ["open nothing with none", { scope: "none", task: netOf("a.test") }, "execution.network"],
  ])("%s: %p", async (_, given, expected) => {
    expect(await settingOf(given)).toBe(expected as never);
  });
});

describe("the server itself", () => {
  const own = { scope: "any", server: "127.0.0.1", url: "http://127.0.0.1:8080/", at: "127.0.0.1" } as const;
  test.each<[string, Case, string | undefined]>([
    ["is closed with any", own, "http.allow"],
    ["is closed with public", { ...own, scope: "public" }, "http.allow"],
    ["is closed to a block", { ...own, allow: ["127.0.0.0/8", "0.0.0.0/0"] }, "http.allow"],
    ["is closed to a bare host", { ...own, allow: ["127.0.0.1"] }, "http.allow"],
    ["is closed to *", { ...own, allow: ["*", "*:8080"] }, "http.allow"],
    [
      "is closed to another interface",
      { ...own, allow: ["[::1]:8080"], url: "http://[::1]:8080/", at: "::1" },
      "http.allow",
    ],
    ["is closed to a name", { ...own, allow: ["localhost:8080"], url: "http://localhost:8080/" }, "http.allow"],
    ["is closed to a task's rule", { ...own, task: netOf("127.0.0.1:8080") }, "http.allow"],
    ["is closed as 0.0.0.0", { ...own, url: "http://0.0.0.0:8080/", at: "0.0.0.0" }, "http.allow"],
    ["is closed as another loopback address", { ...own, url: "http://127.0.0.9:8080/", at: "127.0.0.9" }, "http.allow"],
    [
      "is closed as a mapped address",
      { ...own, url: "http://[::ffff:127.0.0.1]:8080/", at: "::ffff:7f00:1" },
      "http.allow",
    ],
    ["is open to its host and port", { ...own, allow: ["127.0.0.1:8080"] }, undefined],
    ["is open with public as well", { ...own, scope: "public", allow: ["127.0.0.1:8080"] }, undefined],
    ["is open for one path", { ...own, allow: ["127.0.0.1:8080/api"], url: "http://127.0.0.1:8080/api/x" }, undefined],
    ["is closed beside that path", { ...own, allow: ["127.0.0.1:8080/api"] }, "http.allow"],
    ["is closed for another method", { ...own, allow: ["GET 127.0.0.1:8080"], method: "POST" }, "http.allow"],
    [
      "is open to its name",
      { ...own, server: "localhost", allow: ["localhost:8080"], url: "http://localhost:8080/" },
      undefined,
    ],
    ["is closed by the task", { ...own, allow: ["127.0.0.1:8080"], task: netOf("a.test") }, "permissions.net"],
    ["is closed by http.deny", { ...own, allow: ["127.0.0.1:8080"], deny: ["127.0.0.1"] }, "http.deny"],
    ["is not another port", { ...own, url: "http://127.0.0.1:8081/" }, undefined],
    ["is not another machine", { ...own, url: "http://a.test:8080/", at: "8.8.8.8" }, undefined],
  ])("%s: %p", async (_, given, expected) => {
    expect(await settingOf(given)).toBe(expected as never);
  });
});

describe("whatever the settings are", () => {
  const rules = fc.array(
    fc.constantFrom("a.test", "*", "*.test", "10.0.0.0/8", "127.0.0.1:8080", "GET a.test", "b.test", "0.0.0.0/0"),
    { maxLength: 3 },
  );
  const cases = fc.record({
    scope: fc.constantFrom<NetworkScope>("public", "any", "none"),
    allow: rules,
    deny: rules,
    url: fc.constantFrom("http://a.test/", "http://a.test:8080/", "http://127.0.0.1:8080/", "http://10.0.0.1/"),
    at: fc.constantFrom("8.8.8.8", "10.0.0.1", "127.0.0.1", "::ffff:127.0.0.1"),
    server: fc.constant("127.0.0.1"),
  });

  test("a task's rules never permit what is refused without them", async () => {
    await fc.assert(
      fc.asyncProperty(cases, rules, async (given, task) => {
        if ((await decide(given)) !== undefined) expect(await decide({ ...given, task: netOf(...task) })).toBeDefined();
      }),
    );
  });

  test("a further rule of http.deny never permits, and one of http.allow never refuses", async () => {
    await fc.assert(
      fc.asyncProperty(cases, rules, async (given, more) => {
        const before = await decide(given);
        const denied = await decide({ ...given, deny: [...given.deny, ...more] });
        const opened = await decide({ ...given, allow: [...given.allow, ...more] });
        if (before !== undefined) expect(denied).toBeDefined();
        else expect(opened).toBeUndefined();
      }),
    );
  });

  test("a refusal names its setting and what to change", async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const refusal = await decide(given);
        if (refusal !== undefined) expect(`${refusal.reason} ${refusal.remedy}`).toContain(refusal.setting);
      }),
    );
  });
});
