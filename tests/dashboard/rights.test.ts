/**
 * What each role may do on each page: no action is shown that is not allowed, and each that is shown works for the role that
 * may do least of those that have it. (What further roles may send to the server is tested in tests/access, at every door.) A
 * button that is in neither of the two lists fails the test, so a new one has to be entered.
 */
import { afterAll, beforeAll, describe, expect } from "bun:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { BROWSER_ARGUMENTS, CHROMIUM, inBrowser } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { SLOW } from "./open-dashboard.ts";
import { pagePaths } from "./page-list.ts";
import { ACTIONS, type Action, READING } from "./sample/page-actions.ts";
import {
  addressOf,
  openSampleServer,
  PASSWORD,
  ROLES,
  type Role,
  SAMPLE_VIEWS,
  type SampleServer,
} from "./sample/sample-server.ts";
import { settled } from "./sample/settled.ts";

/** How long the last button of a page may take to appear, ms. */
const LATEST_ACTION_MS = 10_000;

/** How long the server may take to respond to an action, ms. */
const LATEST_RESPONSE_MS = 20_000;

/** Pages that only admins may see. */
const ADMIN_PAGES = ["/notifications", "/secrets", "/users", "/keys", "/audit"];

/** What shows the sample's runs comes first: later pages cancel all jobs and pause the queue. */
const VISITS = [
  ...SAMPLE_VIEWS,
  "/approvals",
  ...pagePaths().filter((path) => path !== "/login" && path !== "/approvals"),
];

let browser: Browser | undefined;
beforeAll(async () => {
  if (CHROMIUM != null) browser = await chromium.launch({ executablePath: CHROMIUM, args: BROWSER_ARGUMENTS });
}, SLOW);
afterAll(() => browser?.close());

describe.each([...ROLES])("as %s", (role) => {
  let server: SampleServer;
  /** One page goes to all addresses: what they share is then compiled once. */
  let page: Page;
  let refused: string[] = [];
  beforeAll(async () => {
    server = await openSampleServer();
    if (browser !== undefined) page = await openAs(browser, server.keys[role], (url) => refused.push(url));
  }, SLOW);
  afterAll(() => server?.[Symbol.asyncDispose]());

  describe.each(VISITS)("%s", (path) => {
    inBrowser(
      "shows the actions that are allowed, and they work",
      async () => {
        const address = `${server.url}${addressOf(server, path)}`;
        refused = [];
        await page.goto(address);
        await page.locator(".side-foot").getByText(`(${role})`).waitFor();
        await settled(page);
        const isHidden = ADMIN_PAGES.includes(path) && role !== "admin";
        expect(await page.getByText("Only admins may see this page.").count()).toBe(isHidden ? 1 : 0);
        const actions = ACTIONS.filter((action) => action.path === path);
        const allowed = isHidden ? [] : actions.filter((action) => mayDo(role, action));
        const names = [...new Set(allowed.map(({ name }) => name))].sort();
        // Some depend on what is loaded last, such as whether there is a recording.
        await eventually(async () => Bun.deepEquals(await shownActions(page), names), LATEST_ACTION_MS).catch(() => {});
        expect(await shownActions(page)).toEqual(names);
        const own = allowed.filter(({ least }) => least === role);
        for (const [index, action] of own.entries()) {
          // For the first action, the page is as it was loaded.
          if (index > 0) await page.goto(address);
          await works(page, action);
        }
        // Not even in the background does a page ask for what its reader may not have.
        expect(refused).toEqual([]);
      },
      SLOW,
    );
  });
});

describe("the page to log in", () => {
  let server: SampleServer;
  beforeAll(async () => {
    server = await openSampleServer();
  }, SLOW);
  afterAll(() => server?.[Symbol.asyncDispose]());

  inBrowser.each(["/jobs?status=failed&task=send-invoice", "/users", "/schedules/1"])(
    "leads back to %s",
    async (address) => {
      if (browser === undefined) throw new Error("no browser");
      const context = await browser.newContext();
      const page = await context.newPage();
      const logins: string[] = [];
      page.on("request", (request) => {
        if (request.isNavigationRequest() && request.url().includes("/login?")) logins.push(request.url());
      });
      await page.goto(`${server.url}${address}`);
      await page.waitForURL(`${server.url}/login?return_to=*`);
      await page.getByLabel("User name").fill("ada");
      await page.getByLabel("Password").fill("not the password");
      await page.getByLabel("Password").press("Enter");
      await page.getByText("The user name or the password is wrong.").waitFor();
      await page.getByLabel("Password").fill(PASSWORD);
      await page.getByLabel("Password").press("Enter");
      await page.waitForURL(`${server.url}${address}`);
      await page.getByText("ada (admin)").waitFor();
      // A session that ends while a page is open leads to the login too, and back.
      await page.getByRole("link", { name: "Settings", exact: true }).click();
      await settled(page);
      await context.clearCookies();
      await page.getByRole("link", { name: "Tasks", exact: true }).click();
      await page.waitForURL(`${server.url}/login?return_to=%2Ftasks`);
      // Only one of the refused requests leads there, so that nothing ends the navigation.
      await page.getByLabel("User name").waitFor();
      expect(logins).toHaveLength(2);
      await context.close();
    },
    SLOW,
  );
});

function mayDo(role: Role, { least }: Action): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(least);
}

/** Opens a page for the owner of a key. @param onRefused receives what the page asks for and may not have */
async function openAs(from: Browser, key: string, onRefused: (url: string) => void): Promise<Page> {
  const page = await from.newPage({ extraHTTPHeaders: { authorization: `Bearer ${key}` } });
  page.setDefaultTimeout(60_000);
  page.on("response", (response) => {
    if (response.status() === 403 || response.status() === 401) onRefused(response.url());
  });
  return page;
}

/** Returns the names of all buttons of the page itself that do more than to show something. */
async function shownActions(page: Page): Promise<string[]> {
  const buttons = page.getByRole("main").locator("button:visible:not([role=tab]):not([aria-pressed])");
  const names = (await buttons.allInnerTexts()).map((name) => name.trim());
  return [...new Set(names.filter((name) => !READING.some((pattern) => pattern.test(name))))].sort();
}

/** Does something as a person does, and expects that the server accepts it. */
async function works(page: Page, { name, use, sends }: Action): Promise<void> {
  await settled(page);
  const sent = page.waitForResponse((one) => sends.test(`${one.request().method()} ${new URL(one.url()).pathname}`), {
    timeout: LATEST_RESPONSE_MS,
  });
  await page.getByRole("main").getByRole("button", { name, exact: true }).first().click();
  await use?.(page.getByRole("dialog"), page);
  const response = await sent.catch((error: Error) => {
    throw new Error(`${name} sent nothing: ${error.message}`);
  });
  expect(`${name}: ${response.status()} ${response.ok() ? "" : await response.text()}`).toMatch(/: 20\d /);
}
