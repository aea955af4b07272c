/** The first commands that somebody types who has never used Ratchet, right and wrong ones, in one folder. */
import { afterAll, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

writeFileSync(
  join(folder.path, "hello.ts"),
  `export const input = { type: "object", properties: { name: { type: "string", default: "World" } } };
export default ({ name }: { name: string }) => "Hello, " + name + "!";
`,
);
writeFileSync(join(folder.path, "people.ndjson"), '{"name":"Ada"}\n{"name":"Bob"}\n');
writeFileSync(join(folder.path, "in.json"), '{"name":"Ada"}');
writeFileSync(join(folder.path, "oops.js"), "export default (input) => {\n  return inptu.name;\n}\n");

/** What a command line does: its exit code, and a text of its output or of what it tells to type. */
const FIRST_COMMANDS: readonly (readonly [line: string, exitCode: number, says: string])[] = [
  ["", 2, "ratchet run hello.ts --name Ada"],
  ["--help", 0, "ratchet run hello.ts --name Ada"],
  ["help", 0, "COMMANDS"],
  ["-h", 0, "COMMANDS"],
  ["-v", 2, "Did you mean --version?"],
  ["--version", 0, "."],
  ["version", 0, "."],
  ["hello.ts", 2, "Did you mean run hello.ts?"],
  ["run", 2, "PATH is missing"],
  ["run hello", 3, "hello does not exist"],
  ["run hello.ts", 0, '"Hello, World!"'],
  ["run hello.ts --name Ada", 0, '"Hello, Ada!"'],
  ["run hello.ts --name=Ada", 0, '"Hello, Ada!"'],
  ["run hello.ts Ada", 2, "Write --name Ada"],
  ["run hello.ts --nmae Ada", 2, "Did you mean --name?"],
  ["run hello.ts --name", 2, "Write --name VALUE"],
  ["run hello.ts --help", 0, "Default: World."],
  ["run --raw hello.ts --name Ada", 0, "Hello, Ada!\n"],
  ["run hello.ts --raw", 2, "come before the path"],
  ["run -i @in.json hello.ts", 0, '"Hello, Ada!"'],
  ["run -i {name:1} hello.ts", 3, "--input is not valid JSON"],
  ["run oops.js", 1, "oops.js:2:"],
  ["exec hello.ts", 2, "Did you mean run?"],
  ["run --ndjson hello.ts --input-file people.ndjson", 2, "with --ndjson"],
  ["run --ndjson --input-file people.ndjson hello.ts", 0, '"Hello, Ada!"\n"Hello, Bob!"\n'],
  ["new my-task", 2, "Did you mean init?"],
  ["create task", 2, "Did you mean init?"],
  ["init", 2, "`ratchet init hello`"],
  ["init my-task", 0, "ratchet test my-task"],
  ["init my-task", 2, "my-task already exists"],
  ["ls", 2, "Did you mean list?"],
  ["list", 0, "my-task"],
  ["lint", 2, "Did you mean validate?"],
  ["check my-task", 2, "Did you mean validate?"],
  ["validate", 2, "`ratchet validate PATH`"],
  ["validate my-task hello.ts", 0, "2 tasks, 0 errors"],
  ["validate my-task/main.js", 0, "valid"],
  ["tset my-task", 2, "Did you mean test?"],
  ["test my-task", 0, "2 passed"],
  ["test hello.ts", 3, "has no tests"],
  ["run my-task --name Ada", 0, '{"message":"Hello, Ada!"}'],
  ["run my-task --nam Ada", 2, "Did you mean --name?"],
  ["run-once my-task", 2, "Add --from-fs my-task"],
  ["run-once --from-fs my-task -s name=Ada", 0, '{"message":"Hello, Ada!"}'],
  ["run .", 3, "is a collection"],
  ["run .#my-task --name Ada", 0, '{"message":"Hello, Ada!"}'],
  ["build my-task", 2, "Did you mean pack?"],
  ["pack my-task", 0, "my-task-0.1.0.zip"],
  ["run my-task-0.1.0.zip --name Ada", 0, '{"message":"Hello, Ada!"}'],
  ["run --timeout 5 hello.ts", 2, "such as 300ms, 5s or 1m30s"],
  ["run --timout 5s hello.ts", 2, "Did you mean --timeout?"],
  ["run --timeout 1m30s --memory 32M hello.ts", 0, '"Hello, World!"'],
  ["jobs", 2, "COMMANDS"],
  ["jobs list", 6, "`ratchet serve`"],
  ["enqueue my-task", 2, "--task"],
  ["start", 2, "Did you mean serve?"],
  ["doctor", 0, "runs programs"],
  ["status", 2, "Did you mean doctor?"],
  ["help run", 0, "USAGE ratchet run"],
  ["help recipes", 0, "# Recipes"],
  ["man run", 0, ".SH SYNOPSIS"],
  ["completion bash", 2, "Did you mean completions?"],
  ["completions", 2, "bash, zsh, fish, powershell"],
  ["run Hello.ts", 3, "Did you mean hello.ts?"],
  ["run ./my-tsak", 3, "Did you mean my-task?"],
  ["run https://example.com/hello.ts", 3, "Download it first"],
  ['run hello.ts {"name":"Ada"}', 2, `ratchet run -i '{"name":"Ada"}' hello.ts`],
  ["run --ndjson hello.ts people.ndjson", 2, "--input-file people.ndjson"],
  ["run --json hello.ts", 2, "The result is JSON already"],
  ["run -f hello.ts", 2, "`ratchet run hello.ts`"],
  ["run --watch hello.ts", 2, "`ratchet watch PATH`"],
  ["run --csv hello.ts", 2, "--input-format csv"],
  ["init hello2.ts", 2, "`ratchet init hello2`"],
  ["jobs ls", 2, "Did you mean jobs list?"],
  ["schedules add", 2, "Did you mean schedules create?"],
  ["config get", 2, "Did you mean config show?"],
  ["generate new", 2, "Did you mean generate task?"],
  ["compile my-task", 2, "Did you mean pack?"],
  ["fmt hello.ts", 2, "Did you mean validate?"],
  ["repl", 2, "Did you mean run -?"],
  ["frobnicate", 2, "`ratchet --help` lists the commands."],
];

test.each(FIRST_COMMANDS)("ratchet %s", async (line, exitCode, says) => {
  const words = line === "" ? [] : line.split(" ");
  const run = await ratchet(words, { cwd: folder.path });
  expect({ line, exitCode: run.exitCode }).toEqual({ line, exitCode });
  expect(exitCode === 0 ? run.stdout : run.stderr).toContain(says);
  if (exitCode === 0) expect(run.stderr).toBe("");
  // Only a report of tests is a result that goes with an error.
  else if (!line.startsWith("test ")) expect(run.stdout).toBe("");
  // Who types something wrong is told what to type, in a line of its own.
  if (run.stderr.startsWith("error: ")) expect(run.stderr).toMatch(/^hint: \S.+$/m);
});
