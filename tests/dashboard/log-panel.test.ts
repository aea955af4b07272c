/** The log on the page of a job: it follows live, is filtered, and scrolls through a hundred thousand lines. */
import { afterAll, beforeAll, expect } from "bun:test";
import type { Page } from "playwright-core";
import { inBrowser } from "../support/browser.ts";
import { expectAccessible } from "./expect-accessible.ts";
import { type Dashboard, openDashboard, SLOW } from "./open-dashboard.ts";

const LINES = 100_000;

/** Writes a line for each letter that it is sent, until it is sent the last one. */
const LISTENING = `(async function ({ url }) {
  for (;;) {
    const word = await (await fetch(url)).text();
    console.info("heard", word);
    if (word === "end") return word;
  }
})`;

const TALKING = `(function ({ count }) {
  const levels = ["debug", "info", "info", "warn", "error"];
  for (let line = 0; line < count; line++) console[levels[line % 5]]("line " + line + (line === 70001 ? " needle" : ""));
})`;

let site: Dashboard;
let long = 0;
let words: Bun.Server<undefined>;
/** Answers the request that the task is waiting in. */
let say: (word: string) => void = () => {};
let isListening: Promise<void> = Promise.resolve();
beforeAll(async () => {
  let listening = () => {};
  const next = () => {
    isListening = new Promise((done) => {
      listening = done;
    });
  };
  next();
  words = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch: () =>
      new Promise<Response>((answer) => {
        say = (word) => {
          next();
          answer(new Response(word));
        };
        listening();
      }),
  });
  site = await openDashboard({
    prepare(place) {
      const limits = { time: 240_000, logs: 16_000_000 };
      place.writeTask("listening", LISTENING, { limits });
      place.writeTask("talking", TALKING, { limits });
    },
  });
  long = await site.run("talking", { count: LINES });
}, SLOW);
afterAll(async () => {
  await site?.[Symbol.asyncDispose]();
  await words?.stop(true);
});

const logOf = (page: Page) => page.getByRole("log", { name: "Log" });

inBrowser(
  "a log follows live, and stays where the reader has scrolled to",
  async () => {
    const body = { task: "listening", input: { url: words.url.href } };
    const { body: job } = await site.server.call("POST", "/api/v1/jobs", body);
    await isListening;
    say("before");
    await isListening;
    await site.open(`/jobs/${job.id}`, async (page) => {
      const log = logOf(page);
      await log.getByText("heard before").waitFor();
      say("after");
      await log.getByText("heard after").waitFor();
      for (let line = 0; line < 60; line++) {
        await isListening;
        say(`word ${line}`);
      }
      await log.getByText("heard word 59").waitFor();
      await log.focus();
      await page.keyboard.press("Home");
      await log.getByText("heard before").waitFor();
      expect(await page.getByRole("button", { name: "Follow" }).getAttribute("aria-pressed")).toBe("false");
      await isListening;
      say("unseen");
      await page.getByText("63 lines", { exact: true }).waitFor();
      expect(await log.evaluate((element) => element.scrollTop)).toBe(0);
      await page.getByRole("button", { name: "Follow" }).click();
      await log.getByText("heard unseen").waitFor();
      await isListening;
      say("end");
      await page.locator("h1 .badge", { hasText: "completed" }).waitFor();
      await log.getByText("heard end").waitFor();
    });
  },
  SLOW,
);

inBrowser(
  "a log of a hundred thousand lines is loaded where it is looked at",
  async () => {
    await site.open(`/jobs/${long}`, async (page) => {
      const log = logOf(page);
      await page.getByText("100,000 lines", { exact: true }).waitFor();
      await log.getByText("line 0", { exact: true }).waitFor();
      await log.focus();
      await page.keyboard.press("End");
      await log.getByText("line 99999", { exact: true }).waitFor();
      await page.keyboard.press("Home");
      await log.getByText("line 0", { exact: true }).waitFor();
      await log.evaluate((element) => element.scrollTo(0, element.scrollHeight / 2));
      await log.getByText("line 50000", { exact: true }).waitFor();
      expect(await log.locator(".log-row").count()).toBeLessThan(150);
      await expectAccessible(page);
    });
  },
  SLOW,
);

inBrowser(
  "a log is filtered by level and text, on the server where lines are not loaded",
  async () => {
    await site.open(`/jobs/${long}`, async (page) => {
      const log = logOf(page);
      await log.getByText("line 0", { exact: true }).waitFor();
      await page.getByLabel("Text in the log").fill("needle");
      await page.getByText("1 of 100,000 lines", { exact: true }).waitFor();
      expect(await log.locator(".log-message").allTextContents()).toEqual(["line 70001 needle"]);
      await page.getByLabel("Level").selectOption({ label: "Errors" });
      await page.getByText("No line matches.").waitFor();
      await page.getByLabel("Text in the log").fill("line 123");
      await log.getByText("line 12399", { exact: true }).waitFor();
      expect(await log.getByText("line 12398", { exact: true }).count()).toBe(0);
      await page.getByLabel("Text in the log").fill("");
      await page.getByText("the first 20,000 of 100,000 lines").or(page.getByText("20,000 of 100,000 lines")).waitFor();
    });
  },
  SLOW,
);
