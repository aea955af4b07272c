/** The steps of a workflow on the page of its task. */
import { afterAll, beforeAll, expect } from "bun:test";
import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { inBrowser } from "../support/browser.ts";
import { REPOSITORY } from "../support/ratchet.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

let site: Dashboard;
beforeAll(async () => {
  site = await openDashboard({
    prepare(place) {
      cpSync(join(REPOSITORY, "examples/orders"), join(place.folder, "tasks"), { recursive: true });
      place.writeTask("many", "0");
      const steps = Array.from({ length: 600 }, (_, i) => `  s${i}: { output: ${i} }`);
      place.write("tasks/many/workflow.yaml", `steps:\n${steps.join("\n")}\n`);
      rmSync(join(place.folder, "tasks/many/main.js"));
    },
  });
}, SLOW);
afterAll(() => site?.[Symbol.asyncDispose]());

inBrowser(
  "a workflow shows its steps as a graph and as a list, each with a link to its task",
  async () => {
    await site.open("/tasks/order", async (page) => {
      await page.getByRole("tab", { name: "Steps", selected: true }).waitFor();
      const graph = page.getByRole("group", { name: "The 15 steps of order" });
      await graph.getByRole("link", { name: "stock: task check-stock 1.2.0" }).waitFor();
      expect(await graph.locator("rect").count()).toBe(15);
      // remind runs when paid fails, and the steps inside two others are connected with them.
      expect(await graph.locator(".graph-failure").count()).toBe(1);
      expect(await graph.locator(".graph-inside").count()).toBe(5);
      const item = (name: string) => page.getByRole("listitem").filter({ hasText: new RegExp(`^${name} `) });
      expect(await item("remind").textContent()).toBe("remind task send-mail (when paid fails)");
      expect(await item("case express").textContent()).toBe("case express task book-courier");
      expect(await item("charge").textContent()).toContain("undone by refund-card");
      await expectAccessible(page);
      await page.setViewportSize({ width: 400, height: 800 });
      await expectAccessible(page);
      await item("warehouse").getByRole("link").click();
      await page.waitForURL("**/tasks/pack-order*");
      await page.getByRole("group", { name: "The 2 steps of pack-order" }).waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "a workflow of many steps is not drawn, and another task has no steps",
  async () => {
    await site.open("/tasks/many", async (page) => {
      await page.getByText("600 steps are too many to draw.").waitFor();
      expect(
        await page
          .getByRole("listitem")
          .filter({ hasText: /^s\d+ output$/ })
          .count(),
      ).toBe(600);
      await page.goto(`${site.server.url}/tasks/send-mail`);
      await page.getByRole("tab", { name: "Source" }).waitFor();
      expect(await page.getByRole("tab", { name: "Steps" }).count()).toBe(0);
    });
  },
  SLOW,
);
