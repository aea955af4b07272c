/** The pages for people in a real browser, which reaches nothing but the server. */
import { afterAll, beforeAll, expect } from "bun:test";
import { type Browser, chromium, type Page } from "playwright-core";
import { BROWSER_ARGUMENTS, CHROMIUM, inBrowser } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { startServer, type TestServer } from "./start-server.ts";

let server: TestServer;
let browser: Browser | undefined;
beforeAll(async () => {
  server = await startServer();
  if (CHROMIUM != null) {
    browser = await chromium.launch({ executablePath: CHROMIUM, args: BROWSER_ARGUMENTS });
  }
}, 120_000);
afterAll(async () => {
  await browser?.close();
  await server[Symbol.asyncDispose]();
});

/** Shows a page, and fails when it complains, or asks anyone but the server for anything. */
async function look(path: string, use: (page: Page) => Promise<void>): Promise<void> {
  if (browser === undefined) throw new Error("no browser");
  const page = await browser.newPage();
  const complaints: string[] = [];
  page.on("console", (message) => {
    if (message.type() === "error") complaints.push(message.text());
  });
  page.on("pageerror", (error) => complaints.push(error.message));
  page.on("request", (request) => {
    const url = request.url();
    if (!url.startsWith(`${server.url}/`) && !/^(?:data|blob):/.test(url)) complaints.push(`asked for ${url}`);
  });
  page.setDefaultTimeout(90_000);
  await page.goto(`${server.url}${path}`);
  await use(page);
  expect(complaints).toEqual([]);
  await page.close();
}

inBrowser(
  "/docs shows the routes and creates a job",
  async () => {
    await look("/docs", async (page) => {
      await page.locator("#operations-tag-jobs").click();
      const operation = page.locator("#operations-jobs-createJob");
      await operation.locator(".opblock-summary-control").click();
      await operation.locator("button.execute").click();
      const answer = operation.locator(".live-responses-table .response");
      await answer.waitFor();
      expect(await answer.locator(".response-col_status").textContent()).toContain("201");
      expect(await answer.locator(".highlight-code").first().textContent()).toContain('"order-17"');
    });
    expect(await server.deps.store.jobs.count({})).toBe(1);
  },
  120_000,
);

inBrowser(
  "/playground runs a query, and shows what a subscription delivers",
  async () => {
    await look("/playground", async (page) => {
      await page.locator(".graphiql-execute-button").click();
      await page.locator(".graphiql-response").getByText("heartbeat").waitFor();
    });
    const query = encodeURIComponent("subscription { jobUpdates { id status output } }");
    await look(`/playground?query=${query}`, async (page) => {
      await page.locator(".graphiql-execute-button").click();
      await eventually(async () => !(await server.call("GET", "/metrics")).body.includes("ratchet_event_clients 0\n"));
      await server.call("POST", "/api/v1/jobs", { task: "addition", input: { num1: 40, num2: 2 } });
      await page.locator(".graphiql-response").getByText("42").waitFor();
    });
  },
  120_000,
);
