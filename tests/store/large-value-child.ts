import { systemClock } from "../../src/lib/clock.ts";
import { openStore } from "../../src/store/sqlite/open.ts";
import { longText } from "./thread-store.ts";

// Enqueues a large job, and leaves the store open.
const [, , path] = process.argv;
const store = openStore({ url: `sqlite:${path}`, clock: systemClock, onListenerError: () => {} });
await store.jobs.enqueue([{ taskId: 1, inputJson: longText(2_000_000) }]);
process.stdout.write("written\n");
