/** Lists that change while they are looked at, and filters that match nothing. */
import { afterAll, beforeAll, expect } from "bun:test";
import type { Page } from "playwright-core";
import { inBrowser } from "../support/browser.ts";
import { eventually } from "../support/eventually.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

const COUNT = 130;

let site: Dashboard;
let ids: number[] = [];
beforeAll(async () => {
  site = await openDashboard({
    prepare(place) {
      place.writeTask("adding-more", "({ a }) => a");
    },
  });
  for (let index = 0; index < COUNT; index++) ids.push(await createWaiting());
  ids = ids.reverse();
}, SLOW);
afterAll(() => site?.[Symbol.asyncDispose]());

async function createWaiting(): Promise<number> {
  const job = { task: "adding", input: { a: 1, b: 2 }, runAt: "2099-01-01T00:00:00Z" };
  return Number((await site.server.call("POST", "/api/v1/jobs", job)).body.id);
}

const rowOf = (page: Page, id: number | undefined) =>
  page.getByRole("row").filter({ has: page.getByRole("link", { name: `Job ${id}`, exact: true }) });

inBrowser(
  "the rows of later pages change too, and none of them goes when a new one comes",
  async () => {
    await site.open("/jobs", async (page) => {
      const more = page.getByRole("button", { name: "Show more" });
      await more.click();
      await rowOf(page, ids[99]).waitFor();
      await more.click();
      const last = rowOf(page, ids[COUNT - 1]);
      await last.waitFor();
      await more.waitFor({ state: "detached" });
      await last.getByText("queued").waitFor();
      await site.server.call("POST", `/api/v1/jobs/${ids[COUNT - 1]}/cancel`);
      await last.getByText("cancelled").waitFor();
      const fresh = await createWaiting();
      await rowOf(page, fresh).waitFor();
      await site.server.call("POST", `/api/v1/jobs/${ids[70]}/cancel`);
      await rowOf(page, ids[70]).getByText("cancelled").waitFor();
      expect(await page.getByRole("main").getByRole("row").count()).toBe(COUNT + 2);
      await fetch(`${site.server.url}/api/v1/jobs/${ids[70]}`, { method: "DELETE" });
      await rowOf(page, ids[70]).waitFor({ state: "detached" });
      await eventually(async () => (await page.getByRole("main").getByRole("row").count()) === COUNT + 1);
    });
  },
  SLOW,
);

inBrowser(
  "rows keep their place on later pages while new ones come",
  async () => {
    await site.open("/jobs?status=queued", async (page) => {
      await page.getByRole("button", { name: "Show more" }).click();
      await page.getByRole("main").getByRole("row").nth(100).waitFor();
      const bottom = await page.getByRole("main").getByRole("row").nth(100).getByRole("link").first().innerText();
      const fresh = await createWaiting();
      await rowOf(page, fresh).waitFor();
      await page.getByRole("link", { name: bottom, exact: true }).waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "a filter for a task that does not exist says so, and offers similar ones",
  async () => {
    for (const list of ["jobs", "executions"]) {
      await site.open(
        `/${list}?task=addin`,
        async (page) => {
          await page.getByText('There is no task "addin".').waitFor();
          expect(await page.getByRole("alert").filter({ hasText: /\S/ }).count()).toBe(0);
          expect(await page.getByText("All that match:").count()).toBe(0);
          await page.getByRole("button", { name: "adding", exact: true }).waitFor();
          await expectAccessible(page);
          await page.getByRole("button", { name: "adding-more" }).click();
          const noun = list === "jobs" ? "job" : "execution";
          await page.getByText(`No ${noun} matches these filters.`).waitFor();
          await page.getByRole("button", { name: "Show all" }).click();
          expect(new URL(page.url()).search).toBe("");
          if (list === "jobs") await page.getByRole("link", { name: `Job ${ids[0]}`, exact: true }).waitFor();
          await page.getByLabel("Task").fill("zzz");
          await page.getByText('There is no task "zzz".').waitFor();
          await page.getByText("The filter takes the whole label of a task.").waitFor();
        },
        { expects: /status of 404/ },
      );
    }
  },
  SLOW,
);

inBrowser(
  "words of a list stay whole beside long labels and messages",
  async () => {
    const label = "quarterly-report-of-all-subsidiaries-with-a-very-long-name-that-nobody-would-choose";
    site.place.writeTask(label, "() => { throw new Error('x'.repeat(300) + ' no reason'.repeat(150)); }");
    await site.server.call("POST", "/api/v1/registry/sources/tasks/refresh");
    await site.run(label);
    for (const [width, height] of [
      [1280, 30],
      [375, 260],
    ] as const) {
      await site.open(
        "/jobs",
        async (page) => {
          const row = page.getByRole("row").filter({ hasText: label }).first();
          await row.waitFor();
          expect((await row.getByRole("link", { name: /^Job \d+$/ }).boundingBox())?.height).toBeLessThan(25);
          expect((await row.getByRole("link", { name: label }).boundingBox())?.height).toBeLessThan(height * 3);
          if (width === 1280) {
            const cell = row.getByRole("cell", { name: "normal", exact: true });
            const lines = await cell.evaluate((element) => {
              const range = element.ownerDocument.createRange();
              range.selectNodeContents(element);
              return range.getClientRects().length;
            });
            expect(lines).toBe(1);
          }
          expect(await page.evaluate<number>("document.documentElement.scrollWidth - innerWidth")).toBeLessThanOrEqual(
            0,
          );
        },
        { viewport: { width, height: 800 } },
      );
    }
  },
  SLOW,
);

inBrowser(
  "the back button returns to the place in the list that was left",
  async () => {
    await site.open("/jobs", async (page) => {
      const row = rowOf(page, ids[40]);
      await row.waitFor();
      // In the middle, since reasons that arrive make the rows above it higher.
      await row.evaluate((element) => element.scrollIntoView({ block: "center" }));
      expect(await page.evaluate<number>("scrollY")).toBeGreaterThan(300);
      await row.getByRole("link", { name: /^Job/ }).click();
      await page.getByRole("heading", { level: 1, name: `Job ${ids[40]}` }).waitFor();
      await page.goBack();
      await row.waitFor();
      await eventually(async () => {
        const { y = -1 } = (await row.boundingBox()) ?? {};
        return y > 0 && y < (page.viewportSize()?.height ?? 0);
      });
    });
  },
  SLOW,
);
