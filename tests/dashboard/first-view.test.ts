/** What the first view of `/` costs on the wire. How long it takes is measured in bench/. */
import { afterAll, beforeAll, expect } from "bun:test";
import { inBrowser } from "../support/browser.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

/** Headers included. */
const MOST_BYTES = 80 * 1024;

let site: Dashboard;
beforeAll(async () => {
  site = await openDashboard({
    prepare(place) {
      for (let index = 0; index < 20; index++) {
        place.writeTask(
          `task-number-${index}`,
          "(function ({ fail }) { if (fail) throw new Error('it was asked to'); })",
        );
      }
    },
  });
  const jobs = Array.from({ length: 60 }, (_, index) => ({
    task: `task-number-${index % 20}`,
    input: { fail: index % 3 === 0, text: "x".repeat(100) },
    maxRetries: 0,
  }));
  await Promise.all(jobs.map((job) => site.server.call("POST", "/api/v1/jobs", job)));
  await site.server.until("/api/v1/stats", ({ executions }) => {
    const { completed, failed } = executions as { completed: number; failed: number };
    return completed + failed === jobs.length;
  });
  await site.run("failing");
  for (let index = 0; index < 10; index++) {
    await site.server.call("POST", "/api/v1/jobs", { task: "adding", input: { a: 1 }, runAt: "2099-01-01T00:00:00Z" });
  }
}, SLOW);
afterAll(() => site?.[Symbol.asyncDispose]());

inBrowser(
  "it is at most 80 kB, with everything that the page loads",
  async () => {
    await site.open("/login", async (page) => {
      const session = await page.context().newCDPSession(page);
      await session.send("Network.enable");
      await session.send("Network.clearBrowserCache");
      await session.send("Network.setCacheDisabled", { cacheDisabled: true });
      const sizes = new Map<string, number>();
      const urls = new Map<string, string>();
      session.on("Network.requestWillBeSent", ({ requestId, request }) => void urls.set(requestId, request.url));
      session.on("Network.loadingFinished", ({ requestId, encodedDataLength }) => {
        // What the page before has begun is not part of this one.
        const url = urls.get(requestId);
        if (url !== undefined && !url.endsWith("/health")) sizes.set(url, (sizes.get(url) ?? 0) + encodedDataLength);
      });
      await page.goto(`${site.server.url}/`);
      await page.getByRole("navigation").waitFor();
      await page.getByText("the invoice has no address").waitFor();
      await page.locator(".chart canvas").nth(3).waitFor();
      await page.locator(".wait-reason", { hasText: /./ }).first().waitFor();
      expect([...sizes.keys()].filter((url) => url.includes("/assets/")).length).toBeGreaterThanOrEqual(4);
      const total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
      expect({
        total,
        isSmall: total <= MOST_BYTES,
        sizes: total <= MOST_BYTES ? {} : Object.fromEntries(sizes),
      }).toEqual({
        total,
        isSmall: true,
        sizes: {},
      });
    });
  },
  SLOW,
);
