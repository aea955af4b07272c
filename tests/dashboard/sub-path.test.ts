/** Behind a proxy that serves it under a path of its own: nothing leaves that path. */
import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { basePath } from "../../src/api/pages/base-path.ts";
import { inBrowser } from "../support/browser.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";
import { type PrefixProxy, startPrefixProxy } from "./prefix-proxy.ts";

const PASSWORD = "correct horse battery";

let site: Dashboard;
let closed: Dashboard;
let proxy: PrefixProxy;
let closedProxy: PrefixProxy;
beforeAll(async () => {
  [site, closed] = await Promise.all([
    openDashboard(),
    openDashboard({
      async prepare(place) {
        const user = ["user", "create", "ada", "--role", "viewer", "--password-stdin"];
        expect((await place.ratchet(user, { stdin: `${PASSWORD}\n` })).code).toBe(0);
      },
    }),
  ]);
  proxy = startPrefixProxy(site.server.url, "/tools/ratchet");
  closedProxy = startPrefixProxy(closed.server.url, "/tools/ratchet");
}, SLOW);
afterAll(async () => {
  await Promise.all([proxy, closedProxy, site, closed].map((one) => one?.[Symbol.asyncDispose]()));
});

test.each([
  ["/a", "/a/"],
  ["/a/b-c_d.e~1/", "/a/b-c_d.e~1/"],
  ["a", "/"],
  ["//evil.example", "/"],
  ["/a//b", "/"],
  ["/../b", "/"],
  ["/a/..", "/"],
  ['/a"><script>', "/"],
  ["/a\\b", "/"],
  ["/a?b", "/"],
  ["/a, /b", "/"],
  [`/${"a".repeat(300)}`, "/"],
  ["", "/"],
])("the prefix %j becomes %j", (sent, base) => {
  expect(basePath(new Headers({ "x-forwarded-prefix": sent }))).toBe(base);
});

describe("no request leaves the prefix", () => {
  inBrowser(
    "of pages, links, live lists and reloads",
    async () => {
      await site.open(
        "/",
        async (page) => {
          await page.getByRole("link", { name: "Jobs", exact: true }).click();
          await page.waitForURL(`${proxy.base}/jobs`);
          await page.getByText("There is no job yet.").waitFor();
          const id = await site.run("failing");
          const link = page.getByRole("link", { name: `Job ${id}`, exact: true });
          expect(await link.evaluate((element) => String(element.getAttribute("href")))).toBe(
            `${proxy.base}/jobs/${id}`,
          );
          await page.getByLabel("Status").selectOption({ label: "Failed" });
          await page.waitForURL(`${proxy.base}/jobs?status=failed`);
          await page.reload();
          await link.waitFor();
          const hrefs = await page
            .getByRole("link")
            .evaluateAll((links) => links.map((one) => (one as { href?: string }).href));
          expect(hrefs.filter((href) => !href?.startsWith(`${proxy.base}/`))).toEqual([]);
        },
        { base: proxy.base },
      );
    },
    SLOW,
  );

  inBrowser(
    "of /docs and what is tried there",
    async () => {
      await site.open(
        "/docs",
        async (page) => {
          await page.getByRole("link", { name: "Back to the dashboard" }).waitFor();
          await page
            .getByRole("button", { name: "Expand operation" })
            .or(page.locator(".opblock-tag"))
            .first()
            .waitFor();
          expect(await page.locator(".opblock").count()).toBe(0);
          await page.locator("#operations-tag-stats button, #operations-tag-stats").first().click();
          const operation = page.locator("#operations-stats-getStats");
          await operation.locator(".opblock-summary-control").click();
          await operation.locator("button.execute").click();
          await operation.locator(".live-responses-table .response-col_status", { hasText: "200" }).waitFor();
        },
        { base: proxy.base },
      );
    },
    SLOW,
  );

  inBrowser(
    "of the playground",
    async () => {
      await site.open(
        "/playground",
        async (page) => {
          await page.locator(".graphiql-execute-button").click();
          await page.locator(".graphiql-response").getByText('"label": "failing"').waitFor();
        },
        { base: proxy.base },
      );
    },
    SLOW,
  );

  inBrowser(
    "of the login and the way back",
    async () => {
      await closed.open(
        "/jobs?status=failed",
        async (page) => {
          await page.waitForURL(`${closedProxy.base}/login?return_to=*`);
          await page.fill("[name=username]", "ada");
          await page.fill("[name=password]", PASSWORD);
          await page.getByRole("button", { name: "Log in" }).click();
          await page.waitForURL(`${closedProxy.base}/jobs?status=failed`);
          await page.getByRole("heading", { level: 1, name: "Jobs" }).waitFor();
          await page.getByText("ada (viewer)").waitFor();
          // A viewer may not change anything.
          expect(await page.getByRole("button", { name: /Retry|Cancel/ }).count()).toBe(0);
          await page.getByRole("button", { name: "Log out" }).click();
          await page.waitForURL(`${closedProxy.base}/login`);
        },
        { base: closedProxy.base },
      );
    },
    SLOW,
  );
});
