import { expect, test } from "bun:test";
import { openEventStream, type SentEvent } from "../api/event-stream.ts";
import { newWorkplace } from "../support/serve-process.ts";

test("live events resume where they stopped, even after a restart, each once", async () => {
  using place = newWorkplace();
  place.writeTask("quick", "(function () { return 1; })");
  const seen: SentEvent[] = [];
  // A server that waited for its listeners would outlast the test.
  const first = await place.serve([], { RATCHET_SERVER_SHUTDOWN_GRACE: "1h" });
  const makeJob = async (server: typeof first) => {
    const { body } = await server.call("POST", "/api/v1/jobs", { task: "quick" });
    await server.until(`/api/v1/jobs/${body.id}`, ({ status }) => status === "completed");
    return Number(body.id);
  };
  const path = "/api/v1/events?types=job.*";
  const stream = await openEventStream(`${first.url}${path}`);
  await stream.next();
  const one = await makeJob(first);
  while (seen.at(-1)?.event !== "job.completed") seen.push((await stream.next()) ?? {});
  await stream[Symbol.asyncDispose]();
  const missed = await makeJob(first);
  // This one listens to the end. The server closes it and does not wait for it.
  const last = await openEventStream(`${first.url}${path}`);
  await last.next();
  expect((await first.end()).code).toBe(0);
  expect(await last.next()).toBeUndefined();

  const second = await place.serve();
  const resumed = await openEventStream(`${second.url}${path}`, {
    headers: { "last-event-id": seen.at(-1)?.id ?? "" },
  });
  expect((await resumed.next())?.comment).toBeDefined();
  const fresh = await makeJob(second);
  while (!seen.some(({ event, data }) => event === "job.completed" && JSON.parse(data ?? "{}").jobId === fresh)) {
    seen.push((await resumed.next()) ?? {});
  }
  await resumed[Symbol.asyncDispose]();
  const told = seen
    .filter(({ data }) => data !== undefined)
    .map(({ event, data }) => [JSON.parse(data ?? "").jobId, event]);
  expect(told).toEqual(
    [one, missed, fresh].flatMap((id) => [
      [id, "job.queued"],
      [id, "job.started"],
      [id, "job.completed"],
    ]),
  );
  const ids = seen.filter(({ data }) => data !== undefined).map(({ id }) => Number(id));
  expect(ids).toEqual([...new Set(ids)].toSorted((a, b) => a - b));
  expect((await second.end()).code).toBe(0);
}, 120_000);
