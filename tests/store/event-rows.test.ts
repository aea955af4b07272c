import { expect, test } from "bun:test";
import { COMPLETED, finishedAttempt, openTestStore, registerWorker } from "./open-for-test.ts";

test("a row that holds the events of a job and of its execution can be read from between them", async () => {
  await using s = await openTestStore();
  const { jobs, events } = s.store;
  await registerWorker(s.store);
  await jobs.enqueue([{ taskId: s.taskId, inputJson: "{}" }]);
  const { claimed } = await jobs.completeAndClaim({ workerId: "w1", finished: [], capacity: 1 });
  const finished = claimed.map((one) => finishedAttempt(one, COMPLETED, Date.now()));
  await jobs.completeAndClaim({ workerId: "w1", finished, capacity: 0 });
  const all = await events.since(0, 100);
  const first = all[0]?.id ?? 0;
  expect(all.map(({ id, type }) => [id - first, type])).toEqual([
    [0, "task.updated"],
    [1, "job.queued"],
    [2, "job.started"],
    [3, "execution.started"],
    [4, "execution.completed"],
    [5, "job.completed"],
  ]);
  expect(s.sql.all("SELECT id - ? AS id FROM events ORDER BY id", first)).toEqual([
    { id: 0 },
    { id: 1 },
    { id: 3 },
    { id: 5 },
  ]);
  for (const [index, { id }] of all.entries()) {
    expect(await events.since(id, 100)).toEqual(all.slice(index + 1));
    expect(await events.since(id, 1)).toEqual(all.slice(index + 1, index + 2));
  }
  // Such a row can be the first that is kept.
  s.sql.run("DELETE FROM events WHERE id < ?", first + 2);
  expect(await events.bounds()).toEqual({ first: first + 2, last: first + 5 });
});
