/** The page of a job: why it failed, running it again with another input, and what may be done with it. */
import { afterAll, beforeAll, expect } from "bun:test";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { inBrowser } from "../support/browser.ts";
import { startTestServer } from "../support/http-server.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";
import { settled } from "./sample/settled.ts";

const INVOICE = `(async function sendInvoice({ number, customer }, context) {
  console.log("invoice", number, "for", customer.name);
  context.progress({ percent: 40 });
  await null;

  const { address } = customer;

  if (!address) throw new ValidationError("the customer has no address");
  return { sent: number, to: address };
})
`;

const SCHEMA = {
  type: "object",
  properties: {
    number: { type: "integer", title: "Invoice number" },
    customer: {
      type: "object",
      title: "Customer",
      properties: { name: { type: "string", title: "Name" }, address: { type: "string", title: "Address" } },
      required: ["name"],
    },
  },
  required: ["number", "customer"],
};

const INPUT = { number: 17, customer: { name: "Ada Lovelace" } };

let site: Dashboard;
let origin: ReturnType<typeof startTestServer>;
let failed = 0;
beforeAll(async () => {
  origin = startTestServer();
  site = await openDashboard({
    prepare(place) {
      place.writeTask("send-invoice", INVOICE);
      place.write("tasks/send-invoice/input.schema.json", JSON.stringify(SCHEMA));
      place.writeTask("calling", "(async ({ url }) => { await fetch(url + '/one'); await fetch(url + '/two'); })");
      place.writeTask("flaky", "(function () { throw new NetworkError('no route to the bank'); })", {
        retry: { maxRetries: 1, delay: 1 },
      });
    },
  });
  failed = await site.run("send-invoice", INPUT);
}, SLOW);
afterAll(async () => {
  await origin?.stop();
  await site?.[Symbol.asyncDispose]();
});

/** Creates a job without waiting for its end. */
async function create(body: object): Promise<number> {
  return Number((await site.server.call("POST", "/api/v1/jobs", body)).body.id);
}

const status = (page: Page, word: string) => page.locator("h1 .badge", { hasText: word }).waitFor();

inBrowser(
  "a failed job shows type, message and place, and its source with the line marked",
  async () => {
    await site.open(`/jobs/${failed}`, async (page) => {
      await page.getByRole("heading", { level: 1, name: `Job ${failed}` }).waitFor();
      await status(page, "failed");
      expect(await page.title()).toBe(`Job ${failed} · Ratchet`);
      const reason = page.getByRole("region", { name: "Why it failed" });
      await reason.getByText("ValidationError", { exact: true }).waitFor();
      await reason.getByText("the customer has no address", { exact: true }).waitFor();
      await reason.getByText("main.js:8", { exact: true }).waitFor();
      await reason.locator("mark").waitFor();
      await settled(page);
      expect(await reason.locator("mark").allTextContents()).toEqual([INVOICE.split("\n")[7] ?? ""]);
      expect(await page.getByRole("link", { name: "send-invoice" }).first().getAttribute("href")).toEndWith(
        "/tasks/send-invoice",
      );
      await page.getByRole("log", { name: "Log" }).getByText("invoice 17 for Ada Lovelace").waitFor();
      await page.getByRole("group", { name: "Input" }).getByText('"Ada Lovelace"').waitFor();
      await page.getByText("Schema", { exact: true }).click();
      await page.getByRole("group", { name: "Schema of the input" }).getByText("properties").waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "a correlation key leads to the jobs that have it",
  async () => {
    const job = { task: "send-invoice", input: INPUT, maxRetries: 0, correlationKey: "order-17" };
    const { body } = await site.server.call("POST", "/api/v1/jobs", job);
    await site.open(`/jobs/${body.id}`, async (page) => {
      await page.getByRole("link", { name: "order-17", exact: true }).click();
      await page.getByRole("link", { name: `Job ${body.id}`, exact: true }).waitFor();
      await settled(page);
      expect(await page.getByRole("link", { name: /^Job \d+$/ }).count()).toBe(1);
    });
  },
  SLOW,
);

inBrowser(
  "a failed job is found, its input is fixed while it is checked, it runs again, succeeds, and becomes a test",
  async () => {
    await site.open("/jobs", async (page) => {
      await page.getByLabel("Status").selectOption({ label: "Failed" });
      await page.getByRole("link", { name: `Job ${failed}`, exact: true }).click();
      await page.locator("mark").waitFor();
      await page.getByRole("button", { name: "Run again" }).click();
      const dialog = page.getByRole("dialog", { name: "Run send-invoice again" });
      expect(await dialog.getByLabel("Name").inputValue()).toBe("Ada Lovelace");
      await dialog.getByLabel("Invoice number").fill("17.5");
      await dialog.locator("[aria-invalid=true]").waitFor();
      await expectAccessible(page);
      await dialog.getByLabel("Invoice number").fill("17");
      await dialog.locator("[aria-invalid=true]").waitFor({ state: "detached" });
      await dialog.getByLabel("Address").fill("12 St James's Square");
      await dialog.getByRole("button", { name: "Run", exact: true }).click();
      await page.waitForURL((url) => /\/jobs\/\d+$/.test(url.pathname) && !url.pathname.endsWith(`/${failed}`));
      await status(page, "completed");
      await page.getByRole("group", { name: "Output" }).getByText("12 St James's Square").waitFor();
      await page.getByRole("button", { name: "Make this a test" }).click();
      const test = page.getByRole("dialog", { name: "Make this a test" });
      await test.getByLabel("Name").fill("../escaped");
      expect(await test.getByRole("button", { name: "Create" }).isDisabled()).toBe(true);
      await test.getByLabel("Name").fill("with-address");
      await test.getByRole("button", { name: "Create" }).click();
      await page.getByText(/The test was written to .*tests\/with-address\.json/).waitFor();
      const file = join(site.place.folder, "tasks/send-invoice/tests/with-address.json");
      expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({
        input: { number: 17, customer: { address: "12 St James's Square" } },
        expected_output: { sent: 17, to: "12 St James's Square" },
      });
      await page.goBack();
      await page.getByRole("heading", { level: 1, name: `Job ${failed}` }).waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "a test of a task that is in no folder is downloaded, and so is a recording",
  async () => {
    const id = await site.run("heartbeat");
    await site.open(`/jobs/${id}`, async (page) => {
      await page.getByRole("button", { name: "Make this a test" }).click();
      await page.getByLabel("Name").fill("beat");
      const test = page.waitForEvent("download");
      await page.getByRole("button", { name: "Create" }).click();
      expect((await test).suggestedFilename()).toBe("beat.json");
      expect(JSON.parse(readFileSync(await (await test).path(), "utf8"))).toHaveProperty("expected_output");
      const recording = page.waitForEvent("download");
      await page.getByRole("button", { name: "Download recording" }).click();
      expect(readFileSync(await (await recording).path()).toString("latin1", 0, 2)).toBe("PK");
    });
  },
  SLOW,
);

inBrowser(
  "the timeline shows waiting, running and each fetch, in the order of what belongs to what",
  async () => {
    const id = await site.run("calling", { url: origin.url });
    await site.open(`/jobs/${id}`, async (page) => {
      const timeline = page.getByRole("group", { name: "Timeline" });
      await timeline.getByText("fetch").first().waitFor();
      const names = (await timeline.getByRole("rowheader").allTextContents()).map((text) => text.trim());
      const run = names.indexOf("run");
      expect(names.slice(0, 4)).toEqual(["POST /api/v1/jobs", "enqueue", "wait", "attempt"]);
      expect(names.slice(run + 1, run + 3).every((name) => name.startsWith("fetch GET"))).toBe(true);
      const [first, second] = await timeline.locator(".bar-call, .bar-bad").all();
      expect((await second?.boundingBox())?.x).toBeGreaterThan((await first?.boundingBox())?.x ?? 0);
    });
  },
  SLOW,
);

inBrowser(
  "a job that is retried shows its attempts side by side",
  async () => {
    const id = await create({ task: "flaky" });
    await site.server.until(`/api/v1/jobs/${id}`, (job) => job.status === "failed");
    await site.open(`/jobs/${id}`, async (page) => {
      const attempts = page.getByRole("region", { name: "Attempts" });
      await attempts.getByRole("link", { name: "Attempt 2" }).waitFor();
      expect(await attempts.getByText("no route to the bank").count()).toBe(2);
      await attempts.getByRole("link", { name: "Attempt 1" }).click();
      await page.waitForURL("**/executions/*");
      await page.getByRole("link", { name: `Job ${id}` }).waitFor();
      await page.getByText("attempt 1", { exact: true }).waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "a waiting job says why it waits, in the reader's zone, and is cancelled and retried",
  async () => {
    const id = await create({ task: "adding", input: { a: 1, b: 2 }, runAt: "2031-01-01T12:00:00Z" });
    await site.open(
      `/jobs/${id}`,
      async (page) => {
        await status(page, "queued");
        const waits = page.getByRole("region", { name: "Why it waits" });
        await waits.getByText("1 Jan 2031, 21:00:00").waitFor();
        expect(await page.getByRole("button", { name: "Retry" }).count()).toBe(0);
        await page.getByRole("button", { name: "Cancel" }).click();
        await status(page, "cancelled");
        await page.getByText(`Job ${id} is cancelled.`).waitFor();
        expect(await page.getByRole("button", { name: "Cancel" }).count()).toBe(0);
        await page.getByRole("button", { name: "Retry" }).click();
        await status(page, "completed");
      },
      { timezoneId: "Asia/Tokyo" },
    );
  },
  SLOW,
);

inBrowser(
  "a running job is cancelled, and the page follows",
  async () => {
    const id = await create({ task: "waiting" });
    await site.open(`/jobs/${id}`, async (page) => {
      await status(page, "processing");
      await page.getByRole("button", { name: "Cancel" }).click();
      await status(page, "cancelled");
      await page.getByRole("region", { name: "Output" }).getByText("It was cancelled.").waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "a number that is no job says that it was not found",
  async () => {
    const options = { expects: /status of (?:404|400)/ };
    for (const [path, name] of [
      ["/jobs/999999", "Job 999999 was not found"],
      ["/jobs/seventeen", "Job seventeen was not found"],
      ["/executions/999999", "Execution 999999 was not found"],
    ] as const) {
      await site.open(path, (page) => page.getByRole("heading", { level: 1, name }).waitFor(), options);
    }
  },
  SLOW,
);

inBrowser(
  "axe finds nothing on the pages of a job and an execution, at any width",
  async () => {
    for (const width of [1280, 400]) {
      await site.open(
        `/jobs/${failed}`,
        async (page) => {
          await page.locator("mark").waitFor();
          await expectAccessible(page);
          const [shown, wide] = (await page.evaluate("[innerWidth, document.documentElement.scrollWidth]")) as number[];
          expect(wide).toBeLessThanOrEqual(shown ?? 0);
          await page.getByRole("link", { name: /^Execution \d+$/ }).click();
          await page.getByRole("heading", { level: 1, name: /^Execution/ }).waitFor();
          await page.locator("mark").waitFor();
          await expectAccessible(page);
        },
        { viewport: { width, height: 900 } },
      );
    }
  },
  SLOW,
);
