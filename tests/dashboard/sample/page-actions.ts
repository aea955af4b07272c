import type { Locator, Page } from "playwright-core";
import { PASSWORD, type Role } from "./sample-server.ts";

/** Something that can be done on a page. */
export interface Action {
  /** The page, as src/dashboard/pages.ts has it, or one of `SAMPLE_VIEWS`. */
  path: string;
  /** What the button says. */
  name: string;
  /** The least role that may do it. */
  least: Role;
  /** The request that does it, such as `POST /api/v1/jobs/3/retry`. */
  sends: RegExp;
  /** What is done after the button was pressed, such as filling a form. */
  use?: (dialog: Locator, page: Page) => Promise<void>;
}

/** Buttons that everyone has, because they change nothing on the server. */
export const READING: readonly RegExp[] = [
  /^(?:Reload|Clear filters|Show more|Download recording)$/,
  /^(?:Copy|Raw|Tree|Expand|Collapse|Show|Hide)\b/,
  /^\d+ more$/,
  // Of forms: they change what will be sent.
  /^(?:Back|Add|Remove|Options|Recent inputs)\b/,
];

/** Presses a button of a dialog. */
const press = (name: string) => (dialog: Locator) => dialog.getByRole("button", { name, exact: true }).click();

/** Fills fields of a dialog and presses its button. */
const fill = (fields: Readonly<Record<string, string>>, name: string) => async (dialog: Locator) => {
  for (const [label, value] of Object.entries(fields)) await dialog.getByLabel(label, { exact: true }).fill(value);
  await press(name)(dialog);
};

// biome-ignore format: one line for each action
/** All actions, in an order in which one leaves what the next one needs. */
export const ACTIONS: readonly Action[] = [
  { path: "/jobs", name: "Retry", least: "operator", sends: /^POST .*\/jobs\/bulk$/, use: (dialog) => dialog.getByRole("button", { name: /^Retry \d/ }).click() },
  { path: "/jobs", name: "Cancel", least: "operator", sends: /^POST .*\/jobs\/bulk$/, use: (dialog) => dialog.getByRole("button", { name: /^Cancel \d/ }).click() },
  { path: "/jobs/:id", name: "Run again", least: "operator", sends: /^POST .*\/jobs$/, use: runAgain },
  { path: "/jobs/:id", name: "Make this a test", least: "operator", sends: /^POST .*\/executions\/\d+\/test$/, use: press("Create") },
  { path: "/jobs/:id", name: "Retry", least: "operator", sends: /^POST .*\/jobs\/\d+\/retry$/ },
  { path: "/executions/:id", name: "Run again", least: "operator", sends: /^POST .*\/jobs$/, use: runAgain },
  { path: "/executions/:id", name: "Make this a test", least: "operator", sends: /^POST .*\/executions\/\d+\/test$/, use: press("Create") },
  { path: "/jobs/:id of a run", name: "Send signal", least: "operator", sends: /^POST .*\/signals\/another$/, use: fill({ Signal: "another" }, "Send") },
  { path: "/jobs/:id of a run", name: "Run again", least: "operator", sends: /^POST .*\/jobs$/, use: runAgain },
  { path: "/jobs/:id of a run", name: "Pause", least: "operator", sends: /^POST .*\/pause$/, use: resume },
  { path: "/jobs/:id of a run", name: "Cancel", least: "operator", sends: /^POST .*\/cancel$/ },
  { path: "/jobs/:id of a run", name: "Kill", least: "operator", sends: /^POST .*\/kill$/, use: press("Kill") },
  { path: "/executions/:id of a run", name: "Send signal", least: "operator", sends: /^POST .*\/signals\/another$/, use: fill({ Signal: "another" }, "Send") },
  { path: "/executions/:id of a run", name: "Run again", least: "operator", sends: /^POST .*\/jobs$/, use: runAgain },
  { path: "/executions/:id of a run", name: "Pause", least: "operator", sends: /^POST .*\/pause$/, use: resume },
  { path: "/executions/:id of a run", name: "Cancel", least: "operator", sends: /^POST .*\/cancel$/ },
  { path: "/executions/:id of a run", name: "Kill", least: "operator", sends: /^POST .*\/kill$/, use: press("Kill") },
  { path: "/approvals", name: "Approve", least: "operator", sends: /^POST .*\/approvals\/\d+$/ },
  { path: "/approvals", name: "Reject", least: "operator", sends: /^POST .*\/approvals\/\d+$/ },
  { path: "/tasks/:label", name: "Run", least: "operator", sends: /^POST .*\/jobs$/, use: runTask },
  { path: "/tasks/:label", name: "Disable", least: "admin", sends: /^PATCH .*\/tasks\//, use: press("Disable") },
  { path: "/schedules", name: "New schedule", least: "operator", sends: /^POST .*\/schedules$/, use: newSchedule },
  { path: "/schedules/new", name: "Create", least: "operator", sends: /^POST .*\/schedules$/, use: newSchedule },
  { path: "/schedules/:id", name: "Trigger", least: "operator", sends: /^POST .*\/trigger$/ },
  { path: "/schedules/:id", name: "Pause", least: "operator", sends: /^POST .*\/pause$/ },
  { path: "/schedules/:id", name: "Backfill", least: "operator", sends: /^POST .*\/backfill$/, use: backfill },
  { path: "/schedules/:id", name: "Edit", least: "operator", sends: /^P\w+ .*\/schedules\/\d+$/, use: (_, page) => page.getByRole("button", { name: "Save", exact: true }).click() },
  { path: "/schedules/:id", name: "Delete", least: "operator", sends: /^DELETE .*\/schedules\/\d+$/, use: press("Delete") },
  { path: "/sources", name: "Refresh all", least: "admin", sends: /^POST .*\/sources\/refresh$/ },
  { path: "/sources", name: "Refresh", least: "admin", sends: /^POST .*\/sources\/[^/]+\/refresh$/ },
  { path: "/webhooks", name: "New webhook", least: "operator", sends: /^POST .*\/webhooks$/, use: fill({ Name: "another", Task: "daily-report", Secret: "SHOP_WEBHOOK" }, "Create") },
  { path: "/webhooks", name: "Edit", least: "operator", sends: /^PATCH .*\/webhooks\//, use: press("Save") },
  { path: "/webhooks", name: "Replay", least: "operator", sends: /^POST .*\/replay$/ },
  { path: "/webhooks", name: "Delete", least: "operator", sends: /^DELETE .*\/webhooks\//, use: press("Delete") },
  { path: "/notifications", name: "New rule", least: "admin", sends: /^POST .*\/rules$/, use: newRule },
  { path: "/notifications", name: "Send a test", least: "admin", sends: /^POST .*\/test$/ },
  { path: "/notifications", name: "Edit", least: "admin", sends: /^PATCH .*\/rules\//, use: press("Save") },
  { path: "/notifications", name: "Disable", least: "admin", sends: /^PATCH .*\/rules\// },
  { path: "/notifications", name: "Enable", least: "admin", sends: /^PATCH .*\/rules\// },
  { path: "/notifications", name: "Delete", least: "admin", sends: /^DELETE .*\/rules\//, use: press("Delete") },
  { path: "/secrets", name: "Set secret", least: "admin", sends: /^PUT .*\/secrets\//, use: fill({ Name: "ANOTHER", Value: "another-value" }, "Set") },
  { path: "/secrets", name: "Delete", least: "admin", sends: /^DELETE .*\/secrets\//, use: press("Delete") },
  { path: "/users", name: "New user", least: "admin", sends: /^POST .*\/users$/, use: fill({ Name: "eve", Password: PASSWORD }, "Create") },
  { path: "/users", name: "Edit", least: "admin", sends: /^PATCH .*\/users\//, use: press("Save") },
  { path: "/users", name: "Delete", least: "admin", sends: /^DELETE .*\/users\//, use: press("Delete") },
  { path: "/keys", name: "New key", least: "admin", sends: /^POST .*\/keys$/, use: fill({ Name: "another" }, "Create") },
  { path: "/keys", name: "Rotate", least: "admin", sends: /^POST .*\/rotate$/, use: press("Rotate") },
  { path: "/keys", name: "Revoke", least: "admin", sends: /^DELETE .*\/keys\//, use: press("Revoke") },
];

async function runAgain(dialog: Locator): Promise<void> {
  await press("Run")(dialog);
}

/** What is paused goes on, so that more can be done with it. */
async function resume(_: Locator, page: Page): Promise<void> {
  await page.getByRole("button", { name: "Resume", exact: true }).click();
  await page.getByRole("button", { name: "Pause", exact: true }).waitFor();
}

/** The form is not complete yet when the button is pressed for the first time. */
async function runTask(_: Locator, page: Page): Promise<void> {
  await page.getByLabel("Customer").fill("Cooper");
  if ((await page.getByLabel("Price").count()) === 0) await page.getByRole("button", { name: /^Add / }).first().click();
  await page.getByLabel("Text").fill("Barrel");
  await page.getByLabel("Price").fill("80");
  await page.getByRole("button", { name: "Run", exact: true }).click();
}

/** The dialog counts the firings first. */
async function backfill(dialog: Locator): Promise<void> {
  await dialog.getByLabel("From").fill("2026-01-05T00:00");
  await dialog.getByLabel("To").fill("2026-01-07T00:00");
  await dialog.getByRole("button", { name: /\d/ }).click();
}

async function newSchedule(_: Locator, page: Page): Promise<void> {
  await page.getByLabel("Name", { exact: true }).fill(`another ${crypto.randomUUID()}`);
  await page.getByLabel("Task", { exact: true }).fill("daily-report");
  await page.getByRole("button", { name: "Create", exact: true }).click();
}

async function newRule(dialog: Locator, page: Page): Promise<void> {
  await dialog.getByLabel("Name").fill("another");
  await dialog.getByLabel("Type").selectOption("Slack");
  await dialog.getByLabel("URL").fill(new URL("/hooks/shop-orders", page.url()).href);
  await press("Create")(dialog);
}
