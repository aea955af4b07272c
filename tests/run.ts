/**
 * Runs the tests, on two processes, with the runtime's options that the executable has, so that code behaves in the
 * runner as it does there. Without them the runtime collects all garbage whenever a test has a ninth WebAssembly memory,
 * which took a third of the processor time of the sandbox's tests.
 *
 *     npm test                        every test
 *     npm test -- tests/queue         one folder
 *     npm test -- --update-timings    also writes how long each file takes
 */
import { readFileSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { START_OPTIONS } from "../src/config/start-options.ts";
import { LARGE_PAGES } from "./support/ratchet.ts";

/** Ends tests that hang. Nothing in the suite takes nearly as long, on a busy machine either. */
const TIME_LIMIT_MS = 120_000;

/** How long each file takes: the longest begin first, so that neither process waits for the other at the end. */
const TIMINGS = join(import.meta.dir, "timings.json");

/** Enough for all databases, packages and copies that tests of two files have at a time. */
const ROOM_BYTES = 4 * 1024 ** 3;

/**
 * Where tests have their folders: in memory if the system has room there and may run programs from it. The
 * tests restart servers and open databases hundreds of times, and waited for the disk for a sixth of that time.
 */
function folderForTests(): Record<string, string> {
  try {
    const { bavail, bsize } = statfsSync("/dev/shm");
    const mount = readFileSync("/proc/mounts", "utf8")
      .split("\n")
      .find((line) => line.split(" ")[1] === "/dev/shm");
    const fits = bavail * bsize > ROOM_BYTES && mount !== undefined && !/[ ,]noexec[, ]/.test(mount);
    return fits ? { TMPDIR: "/dev/shm" } : {};
  } catch {
    return {};
  }
}

const options = ["--parallel=2", `--timeout=${TIME_LIMIT_MS}`, `--timings=${TIMINGS}`];
const command = [process.execPath, "test", ...options, ...process.argv.slice(2)];
const child = Bun.spawn(command, {
  env: { ...START_OPTIONS, ...LARGE_PAGES, ...folderForTests(), ...process.env },
  stdio: ["inherit", "inherit", "inherit"],
});
process.exit(await child.exited);
