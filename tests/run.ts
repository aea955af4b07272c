/**
 * Runs the tests, on two processes, with the runtime's options that the executable has, so that code behaves in the
 * runner as it does there. Without them the runtime collects all garbage whenever a test has a ninth WebAssembly memory,
 * which took a third of the processor time of the sandbox's tests.
 *
 *     npm test                        every test
 *     npm test -- tests/queue         one folder
 *     npm test -- --update-timings    also writes how long each file takes
 */
import { join } from "node:path";
import { START_OPTIONS } from "../src/config/start-options.ts";
import { LARGE_PAGES } from "./support/ratchet.ts";

/** Ends tests that hang. Nothing in the suite takes nearly as long, on a busy machine either. */
const TIME_LIMIT_MS = 120_000;

/** How long each file takes: the longest begin first, so that neither process waits for the other at the end. */
const TIMINGS = join(import.meta.dir, "timings.json");

const options = ["--parallel=2", `--timeout=${TIME_LIMIT_MS}`, `--timings=${TIMINGS}`];
const command = [process.execPath, "test", ...options, ...process.argv.slice(2)];
const child = Bun.spawn(command, {
  env: { ...START_OPTIONS, ...LARGE_PAGES, ...process.env },
  stdio: ["inherit", "inherit", "inherit"],
});
process.exit(await child.exited);
