/** Users and keys in the browser, from an open server to one that requires credentials: nobody locks themselves out. */
import { afterEach, beforeEach, expect } from "bun:test";
import { inBrowser } from "../support/browser.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

const PASSWORD = "correct horse battery";

let site: Dashboard;
beforeEach(async () => {
  site = await openDashboard();
}, SLOW);
afterEach(() => site?.[Symbol.asyncDispose]());

inBrowser(
  "before the first key comes an admin, who is logged in and goes on",
  async () => {
    await site.open(
      "/keys",
      async (page) => {
        const dialog = page.getByRole("dialog");
        const first = page.getByRole("button", { name: "Create the first admin" });
        await first.waitFor();
        // A key alone would leave nobody who can log in.
        expect(await page.getByRole("button", { name: "New key" }).count()).toBe(0);
        await first.click();
        expect(await dialog.getByLabel("Role").count()).toBe(0);
        await dialog.getByLabel("Name").fill("ada");
        await dialog.getByLabel("Password").fill("short");
        await dialog.getByLabel("Password").press("Enter");
        await dialog.getByText("This must have at least 8 characters.").waitFor();
        await expectAccessible(page);
        await dialog.getByLabel("Password").fill(PASSWORD);
        await dialog.getByLabel("Password").press("Enter");
        await page.getByText("ada (admin)").waitFor();
        // The server is closed now, and this page goes on.
        expect((await fetch(`${site.server.url}/api/v1/jobs`)).status).toBe(401);
        await page.getByRole("button", { name: "New key" }).click();
        await dialog.getByLabel("Name").fill("ci");
        await dialog.getByRole("button", { name: "Create" }).click();
        const shown = await dialog.locator(".issued-key").innerText();
        expect(shown).toStartWith("rtk_");
        expect(await statusWith(shown)).toBe(200);
        await dialog.getByRole("button", { name: "Close" }).click();

        const row = page.getByRole("row", { name: /ci/ });
        await row.getByRole("button", { name: "Rotate" }).click();
        await dialog.getByLabel("The old key works for").fill("0s");
        await dialog.getByRole("button", { name: "Rotate" }).click();
        await dialog.getByText("it is shown only once").waitFor();
        const rotated = await dialog.locator(".issued-key").innerText();
        expect(rotated).not.toBe(shown);
        expect([await statusWith(shown), await statusWith(rotated)]).toEqual([401, 200]);
        await expectAccessible(page);
        await dialog.getByRole("button", { name: "Close" }).click();
        await row.getByRole("button", { name: "Revoke" }).click();
        await dialog.getByRole("button", { name: "Revoke" }).click();
        await row.getByText("revoked").waitFor();
        expect(await statusWith(rotated)).toBe(401);
      },
      { expects: /the server responded with a status of 400/ },
    );
  },
  SLOW,
);

inBrowser(
  "the first user is an admin; others are changed and deleted, with a warning about oneself and the last admin",
  async () => {
    await site.open("/users", async (page) => {
      const dialog = page.getByRole("dialog");
      await page.getByRole("button", { name: "Create the first admin" }).click();
      await dialog.getByLabel("Name").fill("ada");
      await dialog.getByLabel("Password").fill(PASSWORD);
      await dialog.getByRole("button", { name: "Create" }).click();
      const ada = page.getByRole("row", { name: /ada/ });
      await ada.getByText("admin").waitFor();

      await page.getByRole("button", { name: "New user" }).click();
      await dialog.getByLabel("Name").fill("bob");
      await dialog.getByLabel("Password").fill(PASSWORD);
      await dialog.getByRole("button", { name: "Create" }).click();
      const bob = page.getByRole("row", { name: /bob/ });
      await bob.getByText("viewer").waitFor();
      await bob.getByRole("button", { name: "Edit" }).click();
      await dialog.getByLabel("Role").selectOption("operator");
      await dialog.getByLabel("Tasks").fill("add*, fail*");
      await dialog.getByRole("button", { name: "Save" }).click();
      await bob.getByText("add*, fail*").waitFor();
      await bob.getByText("operator").waitFor();

      await ada.getByRole("button", { name: "Delete" }).click();
      await dialog.getByText("This is you: you are logged out at once. No other user is an admin.").waitFor();
      await expectAccessible(page);
      await page.keyboard.press("Escape");
      // The focus is where it was before the dialog.
      await ada.locator("button:focus", { hasText: "Delete" }).waitFor();
      await bob.getByRole("button", { name: "Delete" }).click();
      await dialog.getByRole("button", { name: "Delete" }).click();
      await bob.waitFor({ state: "detached" });
    });
  },
  SLOW,
);

async function statusWith(key: string): Promise<number> {
  return (await fetch(`${site.server.url}/api/v1/jobs`, { headers: { authorization: `Bearer ${key}` } })).status;
}
