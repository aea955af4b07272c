/** The page of notifications: a rule is created by the form, tested, changed and deleted, and its deliveries are listed. */
import { afterAll, beforeAll, expect } from "bun:test";
import { inBrowser } from "../support/browser.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

const SECRET = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

let site: Dashboard;
beforeAll(async () => {
  site = await openDashboard();
}, SLOW);
afterAll(() => site?.[Symbol.asyncDispose]());

inBrowser(
  "a rule is created, sends a test, and its messages are listed",
  async () => {
    const received: { type: string }[] = [];
    await using receiver = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      async fetch(request) {
        received.push((await request.json()) as { type: string });
        return new Response(null, { status: 204 });
      },
    });
    await site.open("/settings", async (page) => {
      await page.getByRole("link", { name: "Notifications" }).click();
      await page.getByText("There is no rule yet.").waitFor();
      await page.getByRole("button", { name: "New rule" }).click();
      const form = page.getByRole("dialog");
      await form.getByLabel("Name").fill("failures");
      await form.getByLabel("When").selectOption("Jobs fail in a row");
      await form.getByLabel("Times").fill("1");
      await form.getByLabel("Task", { exact: true }).fill("fail*");
      await form.getByLabel("URL").fill(receiver.url.href);
      await form.getByLabel("Secret").fill(SECRET);
      await expectAccessible(page);
      await form.getByRole("button", { name: "Create" }).click();
      const row = page.getByRole("row", { name: "failures" });
      await row.getByText("Jobs fail in a row").waitFor();
      await row.getByRole("button", { name: "Send a test" }).click();
      await page.getByText("The test was sent.").waitFor();
      expect(received.map(({ type }) => type)).toEqual(["notification.test"]);
      await site.run("failing");
      const delivery = page.getByRole("region", { name: "Deliveries" }).locator(".badge", { hasText: "delivered" });
      await site.server.until(
        "/api/v1/notifications/deliveries?state=delivered",
        ({ items }) => Array.isArray(items) && items.length === 1,
      );
      await page.getByRole("button", { name: "Reload" }).click();
      await delivery.waitFor();
      await expectAccessible(page);
      await row.getByRole("button", { name: "Edit" }).click();
      expect(await form.getByLabel("Secret").inputValue()).toBe("");
      await form.getByLabel("When").selectOption("A job fails for good");
      await form.getByRole("button", { name: "Save" }).click();
      await row.getByText("A job fails for good").waitFor();
      await row.getByRole("button", { name: "Disable" }).click();
      await row.locator(".badge", { hasText: "disabled" }).waitFor();
      const { body } = await site.server.call("GET", "/api/v1/notifications/rules/1");
      expect(body).toMatchObject({ when: "job.failed", times: null, task: "fail*", enabled: false });
      await row.getByRole("button", { name: "Delete" }).click();
      await form.getByRole("button", { name: "Delete" }).click();
      await page.getByText("There is no rule yet.").waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "the settings in force are listed with their origin",
  async () => {
    await site.open("/settings", async (page) => {
      await page.getByLabel("Search settings").fill("server.port");
      await page.getByRole("row", { name: /server\.port.*option/ }).waitFor();
    });
  },
  SLOW,
);
