import { afterAll, describe, expect, test } from "bun:test";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const tests = { "one.json": { input: 1, expected_output: 1 } };
const main = "(input) => {\n  if (input === 7) {\n    return 0;\n  }\n  return input;\n}";
for (const where of ["first", "second"]) {
  mkdirSync(join(folder.path, where));
  makeTask(join(folder.path, where), { label: "same", main, tests });
}
makeTask(join(folder.path, "second"), {
  label: "failing",
  main,
  tests: { "seven.json": { input: 7, expected_output: 7 } },
});
writeFileSync(join(folder.path, "single.js"), "export default () => 1;");
writeFileSync(join(folder.path, "broken.js"), "export const input = 5;\nexport default () => 1;");
const packed = await ratchet(["pack", "first/same", "-o", "same.zip"], { cwd: folder.path });
if (packed.exitCode !== 0) throw new Error(packed.stderr);

async function run(...words: string[]) {
  const { exitCode, stdout, stderr } = await ratchet(words, { cwd: folder.path });
  return { exitCode, stdout, stderr };
}

/** What ran, as ORIGIN NAME, and the problems. */
async function testsOf(...words: string[]) {
  const { exitCode, stdout } = await run("test", ...words, "--json");
  const report = JSON.parse(stdout) as {
    tests: { origin: string; name: string; status: string }[];
    problems: { file: string; message: string }[];
  };
  return {
    exitCode,
    ran: report.tests.map(({ origin, name, status }) => `${origin} ${name} ${status}`),
    problems: report.problems.map(({ file, message }) => `${file}: ${message}`),
  };
}

describe("ratchet test with several paths", () => {
  test("runs the tests of folders, archives and tasks of collections", async () => {
    expect(await testsOf("first/same", "same.zip", "second#same")).toEqual({
      exitCode: 0,
      ran: ["first/same one passed", "same.zip one passed", "second/same one passed"],
      problems: [],
    });
  });

  test("runs a task once, however many paths lead to it", async () => {
    const { ran } = await testsOf("first", "first/same", "./first", "first#same");
    expect(ran.map((line) => line.replace("./", ""))).toEqual(["first/same one passed"]);
  });

  test("takes --from-fs as one more path", async () => {
    const { ran } = await testsOf("first/same", "--from-fs", "same.zip");
    expect(ran).toHaveLength(2);
  });

  test("reports a path that can't be read beside the results of the others", async () => {
    expect(await testsOf("first", "nothing", "second#nope", "--filter", "same")).toEqual({
      exitCode: 3,
      ran: ["first/same one passed"],
      problems: ["nothing: nothing does not exist.", 'second#nope: second has no task with the label "nope".'].map(
        (line) => expect.stringContaining(line.slice(0, 20)),
      ),
    });
    expect(await run("test", "nothing", "neither")).toMatchObject({ exitCode: 3 });
  });

  test("ends with 1 if a test failed, whatever else is wrong", async () => {
    expect(await testsOf("first", "nothing", "second")).toMatchObject({
      exitCode: 1,
      ran: ["first/same one passed", "second/failing seven failed", "second/same one passed"],
    });
  });

  test("runs what it can beside a file without tests", async () => {
    expect(await testsOf("single.js", "first")).toMatchObject({ exitCode: 0, ran: ["first/same one passed"] });
    const alone = await run("test", "single.js");
    expect(alone.exitCode).toBe(3);
    expect(alone.stderr).toContain("single.js has no tests.");
    expect(alone.stderr).toContain("Only folders and archives have tests");
    expect((await run("test", "single.js", "broken.js")).stdout).toContain("broken.js:1:22: ");
  });

  test("keeps tasks with equal labels apart in JUnit, on GitHub and in the coverage", async () => {
    const junit = (await run("test", "first", "same.zip", "--reporter", "junit")).stdout;
    expect(junit.match(/<testsuite name="same" tests="1"/g)).toHaveLength(2);
    const github = (await run("test", "second", "nothing", "--reporter", "github")).stdout;
    expect(github).toContain("::error file=nothing,title=ratchet test::nothing does not exist.");
    expect(github).toMatch(/::error file=second\/failing\/tests\/seven\.json,/);
    const { stdout } = await run("test", "first", "same.zip", "--coverage", "--json");
    const { coverage } = JSON.parse(stdout) as { coverage: object[] };
    expect(coverage).toMatchObject([
      { file: "first/same/main.js", uncovered: ["3"] },
      { file: "same.zip/main.js", uncovered: ["3"] },
    ]);
  });

  test("refuses options that choose a task of a single path", async () => {
    for (const option of [
      ["--task", "same"],
      ["--from-recording", "rec"],
    ]) {
      const { exitCode, stderr } = await run("test", "first", "second", ...option);
      expect([exitCode, stderr]).toEqual([2, expect.stringContaining(`${option[0]} works with a single PATH`)]);
    }
  });
});

describe("ratchet validate with several paths", () => {
  test("reports a path that can't be read beside the others", async () => {
    const { exitCode, stdout, stderr } = await run("validate", "first", "nothing", "single.js");
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: "" });
    expect(stdout).toMatch(/^valid .*first\/same/);
    expect(stdout).toContain("nothing: nothing does not exist.");
    expect(stdout).toMatch(/valid .*single\.js/);
    const json = JSON.parse((await run("validate", "first", "nothing", "--json")).stdout) as { problems: object[] };
    expect(json).toMatchObject({ valid: false, tasks: [{ valid: true }] });
    expect(json.problems).toContainEqual(expect.objectContaining({ file: "nothing", severity: "error" }));
  });

  test("fails at once if its only path can't be read", async () => {
    const { exitCode, stdout, stderr } = await run("validate", "nothing");
    expect({ exitCode, stdout, stderr }).toEqual({
      exitCode: 3,
      stdout: "",
      stderr: expect.stringContaining("nothing does not exist."),
    });
  });
});

describe("commands that take a single path", () => {
  test.each([
    [["replay", "first/same", "second", "--recording", "rec"], 'replay: "second" is one word too many'],
    [["generate", "task", "a", "b"], 'generate task: "b" is one word too many'],
    [["pack", "first/same", "second"], 'pack: "second" is one word too many'],
  ])("say so: %p", async (words, message) => {
    expect(await run(...words)).toMatchObject({ exitCode: 2, stderr: expect.stringContaining(message) });
  });
});
