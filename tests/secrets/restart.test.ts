import { expect, test } from "bun:test";
import { randomBytes } from "node:crypto";
import { newWorkplace } from "../support/serve-process.ts";

const VALUE = 'a "known" s3cret/value';

test("a job with a secret in its input gets the value after a restart, and after a rotation of the key", async () => {
  using place = newWorkplace();
  place.writeTask("reverse", "({ text }) => [...text].reverse().join('')");
  await place.ratchet(["secrets", "set", "TOKEN"], { stdin: VALUE });
  const server = await place.serve();
  await server.call("POST", "/api/v1/queue/pause", {});
  const text = `before ${VALUE}`;
  const { body: job } = await server.call("POST", "/api/v1/jobs", { task: "reverse", input: { text } });
  expect(JSON.stringify(job)).toContain("{{ratchet-secret:json:TOKEN}}");
  await server.call("POST", "/api/v1/schedules", {
    name: "later",
    task: "reverse",
    cron: "0 2 * * *",
    input: { text },
  });
  await server.end();
  const { code } = await place.ratchet(["secrets", "rotate-key"]);
  expect(code).toBe(0);
  const again = await place.serve();
  expect((await again.call("GET", `/api/v1/jobs/${job.id}`)).body.status).toBe("queued");
  await again.call("POST", "/api/v1/queue/resume", {});
  const expected = [...text].reverse().join("");
  const done = await again.until(`/api/v1/jobs/${job.id}`, ({ status }) => status === "completed");
  expect(done.output).toBe(expected);
  const fired = await again.call("POST", "/api/v1/schedules/1/trigger", {});
  const { output } = await again.until(`/api/v1/jobs/${fired.body.id}`, ({ status }) => status === "completed");
  expect(output).toBe(expected);
});

test("a job whose secret was removed in the meantime fails and names it, and one with a new value gets that", async () => {
  using place = newWorkplace();
  const env = { RATCHET_SECRETS_KEY: randomBytes(32).toString("base64") };
  place.writeTask("reverse", "({ text }) => [...text].reverse().join('')");
  const set = (value: string) => place.ratchet(["secrets", "set", "TOKEN"], { stdin: value, env });
  await set(VALUE);
  const server = await place.serve([], env);
  await server.call("POST", "/api/v1/queue/pause", {});
  const jobs = [1, 2].map(() =>
    server.call("POST", "/api/v1/jobs", { task: "reverse", input: { text: VALUE }, maxRetries: 0 }),
  );
  const [first, second] = (await Promise.all(jobs)).map(({ body }) => body.id);
  await server.call("POST", `/api/v1/jobs/${second}/cancel`, {});
  await place.ratchet(["secrets", "rm", "TOKEN"]);
  await server.call("POST", "/api/v1/queue/resume", {});
  const failed = await server.until(`/api/v1/jobs/${first}`, ({ status }) => status === "failed");
  expect(failed.error).toMatchObject({
    message: expect.stringContaining("the secret TOKEN, which is not set any more"),
  });
  await set("another value");
  await server.call("POST", `/api/v1/jobs/${second}/retry`, {});
  const { output } = await server.until(`/api/v1/jobs/${second}`, ({ status }) => status === "completed");
  expect(output).toBe("eulav rehtona");
});
