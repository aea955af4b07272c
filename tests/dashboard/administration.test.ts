/** The pages of users, keys and secrets: what admins create there, and that viewers see no action that is not allowed. */
import { afterAll, beforeAll, expect } from "bun:test";
import { inBrowser } from "../support/browser.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

const PASSWORD = "correct horse battery";

let site: Dashboard;
let closed: Dashboard;
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
}, SLOW);
afterAll(() => Promise.all([site, closed].map((one) => one?.[Symbol.asyncDispose]())));

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

inBrowser(
  "a viewer sees no action that is not allowed",
  async () => {
    await closed.open("/login", async (page) => {
      await page.fill("[name=name]", "ada");
      await page.fill("[name=password]", PASSWORD);
      await page.getByRole("button", { name: "Log in" }).click();
      await page.getByRole("heading", { level: 1, name: "Overview" }).waitFor();
      for (const [path, action] of [
        ["/schedules", "New schedule"],
        ["/sources", "Refresh"],
        ["/notifications", "New rule"],
        ["/secrets", "Set secret"],
        ["/users", "New user"],
        ["/keys", "New key"],
      ] as const) {
        await page.goto(`${closed.server.url}${path}`);
        await page
          .getByText(/There is no schedule yet|local|Only admins may see/)
          .first()
          .waitFor();
        expect(await page.getByRole("button", { name: action }).count()).toBe(0);
      }
      await page.goto(`${closed.server.url}/schedules/new`);
      await page.getByText("You may not create schedules.").waitFor();
    });
  },
  SLOW,
);
