import { expect } from "bun:test";
import { readFileSync } from "node:fs";
import type { Page } from "playwright-core";

/** What axe reports, as far as a test shows it. */
interface AxeReport {
  violations: { id: string; help: string; nodes: { html: string; failureSummary?: string }[] }[];
}

const AXE = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");

/** In the other theme only the colours differ, and axe takes seconds for all of its rules. */
const OPTIONS = {
  light: "{ resultTypes: ['violations'] }",
  dark: "{ resultTypes: ['violations'], runOnly: ['color-contrast', 'link-in-text-block'] }",
} as const;

/** Fails if axe finds anything in the page as it is now, in the dark or the light theme. */
export async function expectAccessible(page: Page): Promise<void> {
  // The protocol of the developer tools runs it, so the page's content security policy stays as it is.
  if (!(await page.evaluate("'axe' in globalThis"))) await page.evaluate(AXE);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const report = (await page.evaluate(`axe.run(document, ${OPTIONS[colorScheme]})`)) as AxeReport;
    const found = report.violations.map(({ id, help, nodes }) => ({
      theme: colorScheme,
      rule: `${id}: ${help}`,
      places: nodes.map(({ html, failureSummary }) => `${html.slice(0, 200)} ${failureSummary ?? ""}`),
    }));
    expect(found).toEqual([]);
  }
}
