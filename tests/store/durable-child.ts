/** Writes once from each of many concurrent callers, and reports each acknowledgement on standard error. */
import { writeSync } from "node:fs";
import { systemClock } from "../../src/lib/clock.ts";
import { openStore } from "../../src/store/sqlite/open.ts";

const store = openStore({ url: process.argv[2] ?? "", clock: systemClock, onListenerError: () => {} });
writeSync(2, "OPEN\n");
await Promise.all(
  Array.from({ length: 32 }, async (_, n) => {
    await store.control.pause({ taskId: n + 1 }, null);
    writeSync(2, "ACKNOWLEDGED\n");
  }),
);
writeSync(2, "DONE\n");
await store.close();
