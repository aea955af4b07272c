import type { Page } from "playwright-core";

/** Waits until a page has its heading and has loaded everything that it shows. */
export async function settled(page: Page): Promise<void> {
  await page.locator("h1").waitFor();
  const loading = page.locator(".loading");
  while ((await loading.count()) > 0) await loading.first().waitFor({ state: "detached" });
}
