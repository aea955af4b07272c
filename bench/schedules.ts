import { mkdirSync } from "node:fs";
import { systemClock } from "../src/lib/clock.ts";
import { createScheduler } from "../src/scheduler/scheduler.ts";
import { CACHE } from "./programs.ts";
import { openBenchStore } from "./queue-store.ts";
import { atMost, type Benchmark, figure } from "./report.ts";

const SCHEDULES = 10_000;
const WATCHED_MS = 20_000;

/** What ten thousand schedules cost while they wait and fire. */
export const benchmark: Benchmark = {
  title: "10,000 schedules",
  async run() {
    mkdirSync(CACHE, { recursive: true });
    const { store, taskId, remove } = await openBenchStore();
    const scheduler = createScheduler({
      store,
      clock: systemClock,
      onError(error) {
        throw error;
      },
    });
    // Each at a minute and a second of its own, every hour, in three time zones: some three fire each second.
    const zones = ["Europe/Berlin", "America/New_York", "Asia/Tokyo"];
    await Promise.all(
      Array.from({ length: SCHEDULES }, (_, n) =>
        scheduler.create({
          name: `s${n}`,
          taskId,
          inputJson: "{}",
          timing: {
            kind: "cron",
            cron: `${n % 60} ${Math.floor(n / 60) % 60} * * * *`,
            timezone: zones[n % 3] ?? "UTC",
          },
          overlap: "allow_all",
        }),
      ),
    );
    let fired = 0;
    store.events.subscribe((events) => {
      for (const { type } of events) if (type === "schedule.fired") fired += 1;
    });
    await scheduler.start();
    const before = process.cpuUsage();
    await Bun.sleep(WATCHED_MS);
    const used = process.cpuUsage(before);
    await scheduler.stop(0);
    await remove();
    const share = ((used.user + used.system) / 1_000 / WATCHED_MS) * 100;
    return {
      method: `${SCHEDULES.toLocaleString("en")} hourly cron schedules spread over the hour in three time zones, observed for ${WATCHED_MS / 1_000} seconds. The value is the processor time of the whole process, including firings and their jobs.`,
      rows: [
        { measure: "processor", value: figure(share, "%"), bar: atMost(share, 2, "%") },
        { measure: "firings", value: figure(fired, "") },
      ],
    };
  },
};
