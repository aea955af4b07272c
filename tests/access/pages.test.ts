/** The pages with which people log in, log out and set a server up. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { BROWSER_ARGUMENTS, CHROMIUM, inBrowser } from "../support/browser.ts";
import { newWorkplace, type ServeProcess, type Workplace } from "../support/serve-process.ts";

const PASSWORD = "correct horse battery";

let place: Workplace;
/** With an OpenID provider that does not respond, and one user. */
let server: ServeProcess;
/** Waits for its first user. */
let fresh: ServeProcess;
let browser: Browser | undefined;
beforeAll(async () => {
  place = newWorkplace();
  place.write("client-secret", "secret\n");
  const user = ["user", "create", "ada", "--role", "viewer", "--password-stdin"];
  expect((await place.ratchet(user, { stdin: `${PASSWORD}\n` })).code).toBe(0);
  [server, fresh] = await Promise.all([
    place.serve([], {
      RATCHET_AUTH_OIDC_ISSUER: "http://127.0.0.1:9",
      RATCHET_AUTH_OIDC_CLIENT_ID: "ratchet",
      RATCHET_AUTH_OIDC_CLIENT_SECRET_FILE: "client-secret",
    }),
    place.serve(["--host", "0.0.0.0", "--database", "sqlite:fresh.db"]),
  ]);
  if (CHROMIUM != null) browser = await chromium.launch({ executablePath: CHROMIUM, args: BROWSER_ARGUMENTS });
}, 120_000);
afterAll(async () => {
  await browser?.close();
  place[Symbol.dispose]();
});

async function get(url: string, accept = "text/html") {
  const response = await fetch(url, { headers: { accept }, redirect: "manual" });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

const setupUrl = () => `${fresh.url.replace("0.0.0.0", "127.0.0.1")}/setup`;
const token = () => new URL(String(fresh.ready.setupUrl)).searchParams.get("token");

describe("without a browser", () => {
  test("the provider is offered, and the page to return to is kept", async () => {
    const { status, text } = await get(`${server.url}/playground?query=a%26b`);
    expect(status).toBe(401);
    expect(text).toContain("Log in with OpenID Connect (127.0.0.1:9)");
    const href = /href="(\/auth\/oidc\/login[^"]*)"/.exec(text)?.[1] ?? "";
    expect(new URL(href, server.url).searchParams.get("return_to")).toBe("/playground?query=a%26b");
    expect((await get(`${server.url}/login?return_to=//evil.example`)).text).not.toContain("evil.example");
    expect((await get(`${server.url}/login?return_to=/"><b>`)).text).not.toContain("<b>");
  });

  test("the page to log in has the navigation of the dashboard, also below the path of a proxy", async () => {
    const headers = { accept: "text/html", "x-forwarded-prefix": "/ops" };
    const text = await (await fetch(`${server.url}/login`, { headers })).text();
    const [, navigation = ""] = /<nav [^>]*aria-label="Main">([\s\S]*)<\/nav>/.exec(text) ?? [];
    const links = [...navigation.matchAll(/<a href="([^"]+)">(\w+)<\/a>/g)].map(([, href, name]) => [name, href]);
    expect(links[0]).toEqual(["Overview", "/ops/"]);
    const others = ["Jobs", "Executions", "Tasks", "Schedules", "Sources", "Settings"];
    expect(links.slice(1)).toEqual(others.map((name) => [name, `/ops/${name.toLowerCase()}`]));
  });

  test("a failed login at the provider is a page for people, and a problem document for programs", async () => {
    for (const [path, status] of [
      ["/auth/oidc/callback?error=access_denied", 401],
      ["/auth/oidc/login?return_to=/docs", 503],
    ] as const) {
      const page = await get(`${server.url}${path}`);
      expect([path, page.status, page.headers.get("content-type")]).toEqual([path, status, "text/html; charset=utf-8"]);
      expect(page.text).toContain("The login failed");
      expect(page.text).toContain('href="/auth/oidc/login?return_to=');
      const problem = await get(`${server.url}${path}`, "application/json");
      expect([problem.status, problem.headers.get("content-type")]).toEqual([status, "application/problem+json"]);
    }
  });

  test("there is no form to set a server up where it would not work", async () => {
    for (const [url, status] of [
      [setupUrl(), 403],
      [`${setupUrl()}?token=wrong`, 403],
      [`${server.url}/setup?token=${token()}`, 200],
    ] as const) {
      const page = await get(url);
      expect([url, page.status]).toEqual([url, status]);
      expect(page.text).not.toContain("<form");
    }
    expect((await get(`${server.url}/setup`)).text).toContain('href="/login"');
    const ready = await get(`${setupUrl()}?token=${token()}`);
    expect([ready.status, ready.text.includes("<form"), ready.headers.get("referrer-policy")]).toEqual([
      200,
      true,
      "no-referrer",
    ]);
  });

  test("what is wrong with a set-up is at the name of the member", async () => {
    const { body } = await fresh.call("POST", "/api/v1/setup", { token: token(), username: "", password: PASSWORD });
    expect(body.errors).toEqual([{ pointer: "/username", message: "is empty" }] as never);
  });
});

async function open(url: string, use: (page: Page) => Promise<void>): Promise<void> {
  if (browser === undefined) throw new Error("no browser");
  const page = await browser.newPage();
  page.setDefaultTimeout(60_000);
  await page.goto(url);
  await use(page);
  await page.close();
}

/** Fills the form in and sends it, past the checks that browsers make. */
async function submit(page: Page, username: string, password: string): Promise<void> {
  await page.locator("form").evaluate((form) => form.setAttribute("novalidate", ""));
  await page.fill("[name=username]", username);
  await page.fill("[name=password]", password);
  await page.click("button");
}

inBrowser(
  "a person logs in, sees who that is, and logs out",
  async () => {
    await open(`${server.url}/login?return_to=/version`, async (page) => {
      await submit(page, "ada", "wrong horse battery");
      await page.getByText("The user name or the password is wrong.").waitFor();
      expect(await page.evaluate("document.activeElement.name")).toBe("password");
      await submit(page, "ada", PASSWORD);
      await page.waitForURL(`${server.url}/version`);
      await page.goto(`${server.url}/login`);
      await page.getByText("You are logged in as ada (viewer).").waitFor();
      await page.getByRole("button", { name: "Log out" }).click();
      await page.getByRole("button", { name: "Log in" }).waitFor();
      expect((await page.goto(`${server.url}/playground`))?.status()).toBe(401);
    });
  },
  120_000,
);

inBrowser(
  "the page of the set-up can be loaded again, and says what is wrong in its own words",
  async () => {
    await open(`${setupUrl()}?token=${token()}`, async (page) => {
      await submit(page, "a b", "short");
      await page.getByText("User name may only have letters").waitFor();
      expect(await page.textContent("#problem")).not.toContain("/username");
      expect(await page.evaluate("document.activeElement.name")).toBe("username");
      await page.reload();
      await submit(page, "ada", "short");
      await page.getByText("Password must have at least 8 characters.").waitFor();
      expect(await page.evaluate("document.activeElement.name")).toBe("password");
      await page.reload();
      await submit(page, "ada", PASSWORD);
      await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
      await page.goto(`${setupUrl()}?token=${token()}`);
      await page.getByText("This server is set up already").waitFor();
    });
  },
  120_000,
);
