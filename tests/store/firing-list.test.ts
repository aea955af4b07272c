import { expect, test } from "bun:test";
import { createManualClock } from "./manual-clock.ts";
import { openTestStore } from "./open-for-test.ts";

const START = Date.UTC(2026, 0, 1);

test("firings of one instant, by hand and by plan, are each on one page", async () => {
  const clock = createManualClock(START);
  const { store, taskId } = await openTestStore(clock);
  const schedule = await store.schedules.create(
    { name: "secondly", taskId, inputJson: "{}", timing: { kind: "every", everyMs: 1_000 } },
    () => null,
  );
  const times = [START, START + 1_000, START + 2_000, START + 3_000];
  await store.schedules.backfill(schedule.id, times, "allow_all");
  for (const time of times.slice(0, 3)) {
    clock.advance(time - clock.now());
    await store.schedules.trigger(schedule.id);
  }
  for (const size of [1, 2, 3, 7]) {
    const seen: string[] = [];
    for (let after: Parameters<typeof store.schedules.firings>[2]; ; ) {
      const page = await store.schedules.firings(schedule.id, size, after);
      seen.push(...page.map(({ fireAt, kind }) => `${(fireAt - START) / 1_000} ${kind}`));
      after = page.at(-1);
      if (page.length < size) break;
    }
    expect(seen).toEqual(["3 planned", "2 manual", "2 planned", "1 manual", "1 planned", "0 manual", "0 planned"]);
  }
  await store.close();
});
