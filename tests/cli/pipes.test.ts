import { afterAll, describe, expect, test } from "bun:test";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { shell, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const echo = makeTask(folder.path, { label: "echo", main: "(function (input) { return input; })" });
const large = makeTask(folder.path, { label: "large", main: '(function () { return "x".repeat(5000000); })' });
/** Can set a pipe to non-blocking, which neither a shell nor Bun can. */
const PYTHON = Bun.which("python3");
const HAS_FULL_DEVICE = process.platform === "linux";

describe("a reader that goes away", () => {
  test("ends a stream quietly with 141", async () => {
    const { stdout, stderr } = await shell(
      `yes 1 | $RATCHET run-once --from-fs '${echo}' --ndjson | head -1; echo "\${PIPESTATUS[1]}"`,
    );
    expect({ stdout, stderr }).toEqual({ stdout: "1\n141\n", stderr: "" });
  });

  test("ends a single run quietly with 141", async () => {
    const { stdout, stderr } = await shell(
      `$RATCHET run-once --from-fs '${large}' | head -c 4; echo " \${PIPESTATUS[0]}"`,
    );
    expect({ stdout, stderr }).toEqual({ stdout: '"xxx 141\n', stderr: "" });
  });

  test("before anything was written ends other commands quietly too", async () => {
    const fifo = join(folder.path, "gone");
    const { stdout, stderr } = await shell(
      `mkfifo '${fifo}'; ( exec < '${fifo}'; : ) & exec 8>'${fifo}'; wait; $RATCHET config schema >&8; echo $?`,
    );
    expect({ stdout, stderr }).toEqual({ stdout: "141\n", stderr: "" });
  });

  test("of standard error is no reason to stop", async () => {
    const fifo = join(folder.path, "errors");
    const { stdout } = await shell(
      `mkfifo '${fifo}'; ( exec < '${fifo}'; : ) & exec 8>'${fifo}'; wait; $RATCHET run-once --from-fs nowhere 2>&8; echo $?`,
    );
    expect(stdout).toBe("3\n");
  });
});

describe("output", () => {
  test("arrives whole at a slow reader", async () => {
    const { stdout } = await shell(`$RATCHET run-once --from-fs '${large}' | (sleep 0.3; wc -c)`);
    expect(Number(stdout)).toBe(5_000_003);
  });

  test.if(PYTHON !== null)("arrives whole through a pipe that somebody set to non-blocking", async () => {
    const script =
      "import fcntl,os,sys; fcntl.fcntl(1, fcntl.F_SETFL, fcntl.fcntl(1, fcntl.F_GETFL) | os.O_NONBLOCK); os.execv(sys.argv[1], sys.argv[1:])";
    const { stdout } = await shell(
      `'${PYTHON}' -c '${script}' $RATCHET run-once --from-fs '${large}' | (sleep 0.3; wc -c)`,
    );
    expect(Number(stdout)).toBe(5_000_003);
  });

  test.if(HAS_FULL_DEVICE)("that a full disk does not take ends with 6 and says so", async () => {
    const single = await shell(`$RATCHET run-once --from-fs '${echo}' > /dev/full`);
    const stream = await shell(`echo 1 | $RATCHET run-once --from-fs '${echo}' --ndjson > /dev/full`);
    for (const run of [single, stream]) {
      expect(run).toMatchObject({ exitCode: 6, stdout: "" });
      expect(run.stderr).toBe(
        "error: standard output cannot be written: no space left on the device.\nhint: Check where the output goes.\n",
      );
    }
  });

  test("of several runs into one file stays apart", async () => {
    const file = join(folder.path, "log");
    const { stdout } = await shell(
      `for n in 1 2 3 4; do $RATCHET run-once --from-fs '${echo}' --set n=$n >> '${file}' & done; wait; sort '${file}'`,
    );
    expect(stdout).toBe('{"n":1}\n{"n":2}\n{"n":3}\n{"n":4}\n');
  });
});

test("a standard input that is closed or never read causes no error", async () => {
  const closed = await shell(`exec $RATCHET run-once --from-fs '${echo}' <&-`);
  expect(closed).toEqual({ exitCode: 0, stdout: "{}\n", stderr: "" });
  const stream = await shell(`exec $RATCHET run-once --from-fs '${echo}' --ndjson <&-`);
  expect(stream.stdout).toBe("");
  expect([0, 3]).toContain(stream.exitCode);
});
