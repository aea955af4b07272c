import { expect, test } from "bun:test";
import { newWorkplace } from "../support/serve-process.ts";
import { createCookieBrowser } from "./cookie-browser.ts";
import { CLIENT_ID, CLIENT_SECRET, startProvider } from "./real-provider.ts";

test("a person logs in at a real provider, and one without a role does not", async () => {
  await using provider = await startProvider({
    // The port of a native client's loopback address does not count (RFC 8252, section 7.3).
    redirectUris: ["http://127.0.0.1/auth/oidc/callback"],
    client: { application_type: "native" },
    claims: (account) => (account === "ada" ? { role: "operator" } : {}),
  });
  using place = newWorkplace();
  place.write("client-secret", `${CLIENT_SECRET}\n`);
  const server = await place.serve([], {
    RATCHET_AUTH_OIDC_ISSUER: provider.issuer,
    RATCHET_AUTH_OIDC_CLIENT_ID: CLIENT_ID,
    RATCHET_AUTH_OIDC_CLIENT_SECRET_FILE: "client-secret",
  });
  expect(await server.call("GET", "/api/v1/jobs")).toMatchObject({ status: 401 });

  // Behind a proxy that serves it under a path, the provider leads back to that path.
  const begun = await fetch(`${server.url}/auth/oidc/login`, {
    headers: { "x-forwarded-prefix": "/tools" },
    redirect: "manual",
  });
  const callbackUrl = new URL(begun.headers.get("location") ?? "").searchParams.get("redirect_uri");
  expect(callbackUrl).toBe(`${server.url}/tools/auth/oidc/callback`);

  const logIn = async (account: string) => {
    const browser = createCookieBrowser();
    const start = `${server.url}/auth/oidc/login?return_to=/docs`;
    let page = await browser.open(start);
    for (const form of [{ prompt: "login", login: account, password: "any" }, { prompt: "consent" }]) {
      page = await browser.open(page.url.href, { form });
    }
    return { browser, page };
  };
  const ada = await logIn("ada");
  expect([ada.page.url.href, ada.page.status]).toEqual([`${server.url}/docs`, 200]);
  for (const line of ada.browser.setCookies.filter((one) => one.startsWith("ratchet_"))) {
    expect(line).toContain("HttpOnly; SameSite=Lax");
  }
  const { ratchet_session: token, ...others } = ada.browser.cookies(server.url);
  expect(others).toEqual({});
  const me = await fetch(`${server.url}/api/v1/me`, { headers: { cookie: `ratchet_session=${token}` } });
  expect(await me.json()).toMatchObject({ name: "ada", role: "operator" });

  const eve = await logIn("eve");
  expect(eve.page.status).toBe(403);
  expect(eve.browser.cookies(server.url)).toEqual({});
  // The provider's response without the browser that began the login.
  const callback = ada.browser.visited.find((url) => url.includes("/auth/oidc/callback")) ?? "";
  expect((await createCookieBrowser().open(callback)).status).toBe(401);

  const key = (await place.ratchet(["key", "create", "boss", "--role", "admin"])).stdout.trim();
  const list = await fetch(`${server.url}/api/v1/audit?action=oidcLogin&order=asc`, {
    headers: { authorization: `Bearer ${key}` },
  });
  const { items } = (await list.json()) as { items: Record<string, string | null>[] };
  expect(items.map(({ actor, target, outcome, address }) => [actor, target, outcome, address])).toEqual([
    ["oidc:ada", "oidc/ada", "ok", "127.0.0.1"],
    ["oidc:eve", "oidc/eve", "FORBIDDEN", "127.0.0.1"],
    ["anonymous", null, "UNAUTHENTICATED", "127.0.0.1"],
  ]);
});
