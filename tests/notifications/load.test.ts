import { expect, test } from "bun:test";
import { newWorkplace } from "../support/serve-process.ts";
import { createRule, startReceiver, startWithTasks, webhook } from "./receiver.ts";

test("every failure is counted, also while thousands fail", async () => {
  using place = newWorkplace();
  using receiver = startReceiver();
  const server = await startWithTasks(place);
  const rule = { name: "many", when: "job.failed", task: "flaky", throttle: "500ms", to: [webhook(receiver)] };
  await createRule(server, rule);
  const jobs = Array.from({ length: 100 }, () => ({ task: "flaky", input: {}, maxRetries: 0 }));
  const count = 3_000;
  for (let n = 0; n < count / jobs.length; n++) {
    expect(await server.call("POST", "/api/v1/jobs/batch", { jobs })).toMatchObject({ status: 201 });
  }
  await server.until("/api/v1/stats", (stats) => (stats.jobs as { failed: number }).failed === count);
  const counted = () => receiver.received.reduce((sum, { body }) => sum + Number(body.data.count), 0);
  while (counted() < count) await receiver.until("/hook", receiver.received.length + 1);
  expect(counted()).toBe(count);
}, 120_000);
