/** Compares random calls of Intl in a guest with the host's. Usage: bun bench/intl-like-host.ts [COUNT] [SEED]. Exits 1 when one differs. */
import { createInlineExecutor } from "../src/sandbox/inline.ts";
import { differences } from "../tests/sandbox/intl/like-host.ts";

const count = Number(process.argv[2] ?? 20_000);
const seed = Number(process.argv[3] ?? Date.now() % 2 ** 31);
const executor = createInlineExecutor();
const found = await differences(executor, count, seed);
await executor.stop();
process.stdout.write(`${count} calls with seed ${seed}: ${found.length} differences\n`);
for (const difference of found.slice(0, 10)) process.stdout.write(`${JSON.stringify(difference)}\n`);
process.exitCode = found.length === 0 ? 0 : 1;
