import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createOidcLogin, type OidcLogin } from "../../src/access/oidc/login.ts";
import { localPath } from "../../src/access/oidc/login-state.ts";
import type { Identity } from "../../src/domain/principal.ts";
import { createHttpClient } from "../../src/http/http-client.ts";
import { systemClock } from "../../src/lib/clock.ts";
import { createCookieBrowser } from "./cookie-browser.ts";
import { type Falsification, startFalseProvider } from "./false-provider.ts";
import { CLIENT_ID, CLIENT_SECRET, type RealProviderOptions, startProvider } from "./real-provider.ts";

const CALLBACK = "http://127.0.0.1:9/auth/oidc/callback";
const client = createHttpClient();
afterAll(() => client.stop());

describe("a login with a real provider", () => {
  test("leads to a principal with the role of the user info", async () => {
    await using place = await newLogin({ claims: (account) => ({ role: account === "ada" ? "admin" : "viewer" }) });
    const begun = await place.login.begin(CALLBACK, "/docs?tab=1");
    const asked = new URL(begun.url).searchParams;
    expect(asked.get("code_challenge_method")).toBe("S256");
    expect(asked.get("state")).toMatch(/^[\w-]{40,}$/);
    expect(asked.get("nonce")).toMatch(/^[\w-]{40,}$/);
    const callback = await place.authorize(begun.url, "ada");
    expect(await place.login.finish(callback, begun.cookie)).toEqual({
      principal: { kind: "oidc", name: "ada", role: "admin" },
      returnTo: "/docs?tab=1",
    });
  });

  const providers: [string, Partial<RealProviderOptions>][] = [
    ["that takes the secret in the body", { client: { token_endpoint_auth_method: "client_secret_post" } }],
    ["with the claim in the ID token", { configuration: { conformIdTokenClaims: false } }],
    [
      "without user info",
      { configuration: { conformIdTokenClaims: false, features: { userinfo: { enabled: false } } } },
    ],
    ["with a scope for roles", { roleScope: "roles" }],
    [
      "that is asked by claim",
      { roleScope: "unasked", configuration: { features: { claimsParameter: { enabled: true } } } },
    ],
  ];
  test.each(providers)("works with a provider %s", async (_, more) => {
    await using place = await newLogin({ claims: () => ({ role: ["staff", "operator"] }), ...more });
    const begun = await place.login.begin(CALLBACK, undefined);
    const callback = await place.authorize(begun.url, "ada");
    expect(await place.login.finish(callback, begun.cookie)).toEqual({
      principal: { kind: "oidc", name: "ada", role: "operator" },
      returnTo: "/",
    });
  });
});

describe("a login is refused", () => {
  test("without a role", async () => {
    await using place = await newLogin({ claims: () => ({ role: "root" }) });
    const begun = await place.login.begin(CALLBACK, undefined);
    const callback = await place.authorize(begun.url, "eve");
    const identified: Identity[] = [];
    const finished = place.login.finish(callback, begun.cookie, (identity) => void identified.push(identity));
    await expect(finished).rejects.toMatchObject({ code: "FORBIDDEN" });
    expect(identified).toEqual([{ kind: "oidc", name: "eve" }]);
  });

  test("in a browser that did not begin it, and a second time", async () => {
    await using place = await newLogin({ claims: () => ({ role: "admin" }) });
    const [begun, other] = [await place.login.begin(CALLBACK, undefined), await place.login.begin(CALLBACK, undefined)];
    const callback = await place.authorize(begun.url, "ada");
    const withState = new URL(callback);
    withState.searchParams.set("state", new URL(other.url).searchParams.get("state") ?? "");
    const withoutState = new URL(callback);
    withoutState.searchParams.delete("state");
    const attempts: [URL, string | undefined][] = [
      [callback, undefined],
      [callback, ""],
      [callback, "%%%"],
      [callback, other.cookie],
      [withState, begun.cookie],
      // The code belongs to another verifier.
      [withState, other.cookie],
      [withoutState, begun.cookie],
    ];
    for (const [url, cookie] of attempts) {
      await expect(place.login.finish(url, cookie)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
    }
    expect(await place.login.finish(callback, begun.cookie)).toHaveProperty("principal");
    await expect(place.login.finish(callback, begun.cookie)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  test("that the person ended at the provider", async () => {
    await using place = await newLogin({ claims: () => ({ role: "admin" }) });
    const begun = await place.login.begin(CALLBACK, undefined);
    const state = new URL(begun.url).searchParams.get("state");
    const callback = new URL(
      `${CALLBACK}?error=access_denied&state=${state}&iss=${encodeURIComponent(place.provider.issuer)}`,
    );
    await expect(place.login.finish(callback, begun.cookie)).rejects.toMatchObject({ code: "UNAUTHENTICATED" });
  });

  const now = Math.floor(Date.now() / 1_000);
  const unsigned = (token: string) => `${Buffer.from('{"alg":"none"}').toString("base64url")}.${token.split(".")[1]}.`;
  const falsified: [string, Falsification, string][] = [
    ["an ID token with another key", { foreignKey: true }, "UNAUTHENTICATED"],
    ["an ID token without a signature", { idToken: unsigned }, "UNAUTHENTICATED"],
    ["an ID token for another client", { claims: { aud: "other" } }, "UNAUTHENTICATED"],
    ["an ID token of another issuer", { claims: { iss: "https://example.org" } }, "UNAUTHENTICATED"],
    ["an ID token with another nonce", { claims: { nonce: "another" } }, "UNAUTHENTICATED"],
    ["an expired ID token", { claims: { iat: now - 600, exp: now - 300 } }, "UNAUTHENTICATED"],
    [
      "user info of another person",
      { claims: { role: [] }, userInfo: { sub: "bob", role: "admin" } },
      "UNAUTHENTICATED",
    ],
    ["no ID token", { idToken: () => "" }, "UNAUTHENTICATED"],
    ["metadata of another issuer", { metadata: { issuer: "https://example.org" } }, "ENVIRONMENT"],
    ["an unencrypted login page", { metadata: { authorization_endpoint: "http://example.org/auth" } }, "ENVIRONMENT"],
    ["an unencrypted token endpoint", { metadata: { token_endpoint: "http://example.org/token" } }, "ENVIRONMENT"],
    ["unencrypted keys", { metadata: { jwks_uri: "http://example.org/jwks" } }, "ENVIRONMENT"],
  ];
  test.each(falsified)("by a provider with %s", async (_, falsification, code) => {
    let nonce = "";
    await using provider = startFalseProvider(() => nonce, falsification);
    const login = loginWith(provider.issuer);
    const attempt = async () => {
      const begun = await login.begin(CALLBACK, undefined);
      const asked = new URL(begun.url).searchParams;
      nonce = asked.get("nonce") ?? "";
      return login.finish(new URL(`${CALLBACK}?code=c&state=${asked.get("state")}`), begun.cookie);
    };
    await expect(attempt()).rejects.toMatchObject({ code });
  });

  test("by no provider that differs in nothing", async () => {
    let nonce = "";
    await using provider = startFalseProvider(() => nonce, {});
    const begun = await loginWith(provider.issuer).begin(CALLBACK, undefined);
    const asked = new URL(begun.url).searchParams;
    nonce = asked.get("nonce") ?? "";
    const callback = new URL(`${CALLBACK}?code=c&state=${asked.get("state")}`);
    expect(await loginWith(provider.issuer).finish(callback, begun.cookie)).toMatchObject({
      principal: { role: "admin" },
    });
  });

  test("as long as the provider is down", async () => {
    await using place = await newLogin({ claims: () => ({ role: "admin" }) });
    await place.provider[Symbol.asyncDispose]();
    await expect(place.login.begin(CALLBACK, undefined)).rejects.toMatchObject({ code: "ENVIRONMENT" });
  });
});

/** Paths that a browser might read as another host. */
const hostile = fc
  .array(fc.constantFrom("/", "\\", ":", ".", "@", "\t", "\n", "example.com", "https:"), { maxLength: 6 })
  .map((parts) => parts.join(""));

test("a login ends at a path of this server", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), hostile), (target) => {
      const { origin } = new URL(localPath(target), "https://ratchet.test/auth/oidc/callback");
      expect(origin).toBe("https://ratchet.test");
    }),
  );
  for (const path of ["/", "/docs?tab=1#jobs", "/a/b%20c"]) expect(localPath(path)).toBe(path);
});

function loginWith(issuer: string): OidcLogin {
  const settings = { issuer, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET, roleClaim: "role" };
  return createOidcLogin({ settings, send: client.send, clock: systemClock });
}

async function newLogin(options: Omit<RealProviderOptions, "redirectUris">) {
  const provider = await startProvider({ redirectUris: [CALLBACK], ...options });
  return {
    provider,
    login: loginWith(provider.issuer),
    /** Gives a name and consents, as a person in a browser. @returns the URL that the provider leads back to */
    async authorize(url: string, account: string): Promise<URL> {
      const browser = createCookieBrowser();
      let page = await browser.open(url, { stopAt: CALLBACK });
      for (const form of [{ prompt: "login", login: account, password: "any" }, { prompt: "consent" }]) {
        if (page.status === 0) break;
        page = await browser.open(page.url.href, { form, stopAt: CALLBACK });
      }
      if (page.status !== 0) throw new Error(`${page.url} responded with ${page.status}: ${page.text}`);
      return page.url;
    },
    [Symbol.asyncDispose]: () => provider[Symbol.asyncDispose](),
  };
}
