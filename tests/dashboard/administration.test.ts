/** The pages of administration: what admins create there. */
import { afterAll, beforeAll, expect } from "bun:test";
import { inBrowser } from "../support/browser.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

let site: Dashboard;
beforeAll(async () => {
  site = await openDashboard();
}, SLOW);
afterAll(() => site?.[Symbol.asyncDispose]());

inBrowser(
  "a secret is set by name and deleted, and its value is never shown",
  async () => {
    await site.open("/secrets", async (page) => {
      await page.getByRole("button", { name: "Set secret" }).click();
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Name").fill("API_TOKEN");
      await dialog.getByLabel("Value").fill("hidden-value-17");
      await dialog.getByRole("button", { name: "Set", exact: true }).click();
      await page.getByRole("row", { name: "API_TOKEN" }).waitFor();
      expect(await page.content()).not.toContain("hidden-value-17");
      await page.getByRole("button", { name: "Delete" }).click();
      await dialog.getByRole("button", { name: "Delete" }).click();
      await page.getByText("There is no secret yet.").waitFor();
    });
  },
  SLOW,
);
