import { afterAll, describe, expect, test } from "bun:test";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { REPOSITORY, shell, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const task = makeTask(folder.path, {
  label: "echo",
  main: "(function (input) { return input; })",
  tests: { "one.json": { input: { n: 1 }, expected_output: { n: 1 } } },
});

/** Runs the executable in a folder that was deleted. */
const inDeletedFolder = (command: string) =>
  shell(`mkdir '${folder.path}/gone' && cd '${folder.path}/gone' && rmdir '${folder.path}/gone' && ${command}`);

/** Other systems do not let a process start there, or keep the folder. */
describe.if(process.platform === "linux")("in a folder that was deleted", () => {
  test.each([
    [`"$RATCHET" run-once --from-fs ${task} --set n=1`, '{"n":1}\n'],
    [`"$RATCHET" run-once --from-fs ${task} --ndjson <<< '{"n":1}'`, '{"n":1}\n'],
    ['"$RATCHET" version --json | head -c 2', '{"'],
    ['"$RATCHET" schema task-metadata | head -c 1', "{"],
  ])("what does not need it works: %s", async (command, stdout) => {
    expect(await inDeletedFolder(command)).toEqual({ exitCode: 0, stdout, stderr: "" });
  });

  test("an absolute path for the result works", async () => {
    const file = join(folder.path, "result.json");
    expect(await inDeletedFolder(`"$RATCHET" run-once --from-fs ${task} --output ${file}`)).toMatchObject({
      exitCode: 0,
    });
    expect(existsSync(file)).toBe(true);
  });

  test.each([
    ["run-once --from-fs echo", "echo"],
    [`run-once --from-fs ${task} --output result.json`, "result.json"],
    [`run-once --from-fs ${task} --input-file 1`, "1"],
    ["validate --from-fs .", "."],
    ["generate task --path made --label a --description b --version 1.0.0", "made"],
    ["db backup copy.db --database sqlite:/nonexistent.db", "copy.db"],
  ])("a relative path ends with 6: %s", async (command, path) => {
    expect(await inDeletedFolder(`"$RATCHET" ${command}`)).toEqual({
      exitCode: 6,
      stdout: "",
      stderr: `error: the current folder was deleted, so ${path} can't be found.\nhint: Change to a folder that exists (cd) and try again, or give absolute paths.\n`,
    });
  });

  test.each(["serve --port 0", "db status", "db status --database sqlite:own.db", "repo init"])(
    "defaults that lie there end with 6: %s",
    async (command) => {
      const { exitCode, stderr } = await inDeletedFolder(`"$RATCHET" ${command}`);
      expect({ exitCode, stderr }).toMatchObject({
        exitCode: 6,
        stderr: expect.stringContaining("the current folder was deleted."),
      });
    },
  );
});

test("the first instructions do not change a folder that exists", async () => {
  const { stdout } = await shell(`"$RATCHET" run-once --from-fs ${task.slice(1)} --set n=2`, { cwd: "/" });
  expect(stdout).toBe('{"n":2}\n');
  expect((await shell(`"$RATCHET" validate --from-fs tasks/addition`, { cwd: REPOSITORY })).exitCode).toBe(0);
});
