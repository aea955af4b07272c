import { expect, test } from "bun:test";
import { eventually } from "../support/eventually.ts";
import { newWorkplace } from "../support/serve-process.ts";
import { createRule, startReceiver, startWithTasks, verified, webhook } from "./receiver.ts";

test("firings that a server has missed while it was down are reported after its start", async () => {
  using place = newWorkplace();
  using receiver = startReceiver();
  const server = await startWithTasks(place);
  const to = [webhook(receiver)];
  await createRule(server, { name: "missed", when: "schedule.missed", schedule: "often*", task: "slow", to });
  await createRule(server, { name: "others", when: "schedule.missed", schedule: "other*", to });
  const often = { name: "often-1", task: "slow", every: "1s", input: { ms: 0 }, catchUpWindow: 0 };
  const schedule = await server.call("POST", "/api/v1/schedules", often);
  expect(schedule).toMatchObject({ status: 201 });
  const path = `/api/v1/schedules/${schedule.body.id}`;
  const { nextAt } = (await server.call("GET", path)).body;
  await server.end("SIGKILL");
  // Until two of its firings have passed.
  await eventually(() => Date.now() > Date.parse(String(nextAt)) + 1_500);
  const next = await place.serve();
  const [message] = await receiver.until("/hook", 1);
  if (message === undefined) throw new Error("missing");
  expect(verified(message)).toMatchObject({
    type: "schedule.missed",
    data: {
      rule: "missed",
      schedule: "often-1",
      task: "slow",
      message: expect.stringMatching(/^Schedule often-1 has missed at least \d+ firings? since 20\d\d-/),
      url: `${next.url}/schedules/${schedule.body.id}`,
    },
  });
  expect(receiver.received).toHaveLength(1);
});

test("neither the type nor the message of an error carries a secret, whatever the receiver", async () => {
  using place = newWorkplace();
  using receiver = startReceiver();
  place.writeTask(
    "leaky",
    `export default (input, context) => {
      const secret = context.secrets.API_TOKEN;
      const error = new Error("token " + secret);
      error.name = secret;
      throw error;
    };`,
    { permissions: { secrets: ["API_TOKEN"] } },
  );
  const server = await startWithTasks(place);
  const stored = await server.call("PUT", "/api/v1/secrets/API_TOKEN", { value: "hidden-token-0123456789" });
  expect(stored.status).toBeLessThan(300);
  const kinds = ["slack", "teams"].map((type) => ({ type, url: `${receiver.url}/${type}` }));
  await createRule(server, { name: "failures", when: "job.failed", to: [webhook(receiver), ...kinds] });
  await server.call("POST", "/api/v1/jobs", { task: "leaky", input: {}, maxRetries: 0 });
  for (const path of ["/hook", "/slack", "/teams"]) await receiver.until(path, 1);
  expect(JSON.stringify(receiver.received)).not.toContain("hidden-token");
  expect(receiver.received.some(({ text }) => text.includes("token "))).toBe(true);
});
