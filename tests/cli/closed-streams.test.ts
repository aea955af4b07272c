import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { shell, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const echo = makeTask(folder.path, {
  label: "echo",
  main: "(function (input) { return input; })",
  tests: { "one.json": { input: { n: 1 }, expected_output: { n: 1 } } },
});
const lines = join(folder.path, "lines.ndjson");
writeFileSync(lines, '{"n":1}\n');

/** Only Linux shows which descriptors were closed. */
const onLinux = process.platform === "linux" ? describe : describe.skip;

onLinux("a closed standard output", () => {
  test.each([
    `run-once --from-fs ${echo}`,
    `run-once --from-fs ${echo} --ndjson --input-file ${lines}`,
    `test --from-fs ${echo}`,
    `validate --from-fs ${echo}`,
    "version",
    "help",
    "help run-once",
    "config generate",
    "completions bash",
    "schema task-metadata",
  ])("ends `ratchet %s` with 6", async (command) => {
    const { exitCode, stderr } = await shell(`"$RATCHET" ${command} >&-`);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 6,
      stderr:
        "error: standard output cannot be written: it is closed.\nhint: Connect it to a file, a pipe or /dev/null.\n",
    });
  });

  test("is noticed before anything is changed", async () => {
    const made = join(folder.path, "made");
    const line = `"$RATCHET" generate task --path ${made} >&-`;
    expect(await shell(line)).toMatchObject({ exitCode: 6 });
    expect(existsSync(made)).toBe(false);
  });

  test("is not the null device, which is open", async () => {
    expect(await shell(`"$RATCHET" run-once --from-fs ${echo} > /dev/null`)).toMatchObject({ exitCode: 0, stderr: "" });
    expect(await shell(`"$RATCHET" run-once --from-fs ${echo} 1<> /dev/null`)).toMatchObject({ exitCode: 0 });
  });

  test("does not matter where nothing is written to it", async () => {
    const file = join(folder.path, "result.json");
    expect(await shell(`"$RATCHET" run-once --from-fs ${echo} --output ${file} >&-`)).toMatchObject({ exitCode: 0 });
    expect(readFileSync(file, "utf8")).toBe("{}\n");
  });
});

describe("--output to a stream by its name", () => {
  test.each(["/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"])("%s continues the file behind it", async (name) => {
    const log = join(folder.path, "log.txt");
    for (const stream of ["", `--ndjson --input-file ${lines}`]) {
      writeFileSync(log, "before\n");
      const line = `"$RATCHET" run-once --from-fs ${echo} ${stream} --output ${name} >> ${log}`;
      expect(await shell(line)).toMatchObject({ exitCode: 0, stderr: "" });
      expect(readFileSync(log, "utf8")).toBe(stream === "" ? "before\n{}\n" : 'before\n{"n":1}\n');
    }
  });

  test("reaches other descriptors, and a link to one", async () => {
    const log = join(folder.path, "third.txt");
    writeFileSync(log, "before\n");
    const link = join(folder.path, "link");
    const line = `ln -s /dev/fd/3 ${link} && "$RATCHET" run-once --from-fs ${echo} --output ${link} 3>> ${log}`;
    expect(await shell(line)).toMatchObject({ exitCode: 0, stdout: "", stderr: "" });
    expect(readFileSync(log, "utf8")).toBe("before\n{}\n");
  });

  test("a pipe that nobody reads ends it with 141", async () => {
    const line = `set -o pipefail; "$RATCHET" run-once --from-fs ${echo} --output /dev/stdout | true`;
    // The reader may be slow to leave: then the result still fits into the pipe.
    expect([0, 141]).toContain((await shell(line)).exitCode);
  });
});
