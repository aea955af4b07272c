import { expect, test } from "bun:test";
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
  expect(JSON.stringify(job)).toContain("{{ratchet-secret:json:TOKEN");
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
