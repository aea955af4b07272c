import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

let made = 0;

/** Runs the tests of a task with --coverage. Returns the coverage by file. */
async function coverage(files: Record<string, string>, tests: Record<string, unknown>) {
  const { "main.js": main = "", ...others } = files;
  const path = makeTask(folder.path, { label: `covered-${made++}`, main, tests });
  for (const [name, text] of Object.entries(others)) writeFileSync(join(path, name), text);
  if (main === "") await Bun.file(join(path, "main.js")).delete();
  const { stdout, exitCode } = await ratchet(["test", "--from-fs", path, "--json", "--coverage"]);
  const report = JSON.parse(stdout);
  const byFile = Object.fromEntries(
    (report.coverage as { file: string }[]).map(({ file, ...rest }) => [file.slice(path.length + 1), rest]),
  );
  return { exitCode, byFile, report, path };
}

describe("--coverage", () => {
  test("counts the lines with statements, and names those that no test ran", async () => {
    const main = `function main(input) {
  // a comment
  const doubled = input.n * 2;
  if (input.n > 10) {
    console.log("large");
    return "large";
  } else if (input.n < 0) return "negative";
  const half = (n) =>
    n / 2;

  for (let i = 0; i < 3; i++) input.n++;
  switch (input.n) {
    case 5:
      return "five";
    default:
      break;
  }
  return doubled + (input.half ? half(1) : 0);
}

function never() {
  return 1;
}
main;
`;
    const { exitCode, byFile, report } = await coverage(
      { "main.js": main },
      {
        "one.json": { input: { n: 1 }, expected_output: 2 },
        "two.json": { input: { n: 2 }, expected_output: "five" },
      },
    );
    expect(exitCode).toBe(0);
    expect(byFile).toEqual({
      "main.js": { lines: 14, covered: 10, uncovered: ["5-6", "9", "22"] },
    } as never);
    expect(report.tests.every(({ failure }: { failure?: unknown }) => failure === undefined)).toBe(true);
  });

  test("follows TypeScript and imported files back to their lines", async () => {
    const { exitCode, byFile } = await coverage(
      {
        "main.ts": `import { shout } from "./text.ts";

interface Input {
  name: string;
}

export default function greet(input: Input): string {
  if (input.name === "") {
    return "nobody";
  }
  return shout(input.name);
}
`,
        "text.ts": `export const shout = (text: string): string => {
  const upper: string = text.toUpperCase();
  return upper;
};

export function whisper(text: string): string {
  return text.toLowerCase();
}
console.debug(whisper.name);
`,
      },
      { "one.json": { input: { name: "Ada" }, expected_output: "ADA" } },
    );
    expect(exitCode).toBe(0);
    expect(byFile["main.ts"]).toEqual({ lines: 3, covered: 2, uncovered: ["9"] } as never);
    expect(byFile["text.ts"]).toEqual({ lines: 5, covered: 4, uncovered: ["7"] } as never);
  });

  test.each([
    ["an arrow", "(input) => input"],
    ["a bare function", "function (input) { return input }"],
    [
      "a function in parentheses with something behind it",
      "(function (input) { return input; });\nvar x = 1;\nfunction other() { return x }",
    ],
    ["const main", "'use strict';\nconst main = async (input) => {\n  return input;\n};\n"],
    ["module.exports", "module.exports = { main: (input) => input };"],
    ["an export", "export default (input) => input;"],
    ["statements without semicolons", "let a = 1\n++a\ndo a++; while (a < 5)\nmain = (i) => i\nmain"],
    [
      "labels, generators and classes",
      "outer: for (const a of [1]) for (;;) { if (a) continue outer; break }\nclass A { static { this.x = 1 } #p = () => 1; get y() { return this.#p() } }\nfunction main(i) { return new A().y && A.x && i }",
    ],
    [
      "strict code",
      "function main(i) { 'use strict'; return this === undefined ? i : 'sloppy' }\nconst f = main;\n(i) => f(i)",
    ],
  ])("changes nothing about %s", async (_, main) => {
    const { exitCode, byFile, report } = await coverage(
      { "main.js": main },
      { "one.json": { input: { a: 1 }, expected_output: { a: 1 } } },
    );
    expect({ exitCode, problems: report.problems, tests: report.tests }).toMatchObject({ exitCode: 0, problems: [] });
    expect(Object.keys(byFile)).toEqual(["main.js"]);
  });

  test("counts what ran before an error or a limit, and leaves the console to the task", async () => {
    const main = `function main(input) {
  console.group("inside");
  console.debug("mine");
  if (input.loop) for (;;);
  console.log = console.debug = () => {};
  throw new ValidationError("x");
}`;
    const { byFile, report } = await coverage(
      { "main.js": main },
      {
        "error.json": { input: {}, expected_error: "ValidationError" },
        "wrong.json": { input: {}, expected_error: "nothing" },
      },
    );
    expect(byFile["main.js"]).toEqual({ lines: 5, covered: 5, uncovered: [] } as never);
    const wrong = report.tests.find(({ name }: { name: string }) => name === "wrong");
    expect(wrong.failure.logs.map(({ message }: { message: string }) => message)).toEqual(["inside", "  mine"]);
  });

  test("is a table for people, and absent unless asked for", async () => {
    const { path } = await coverage({ "main.js": "(i) => i" }, { "one.json": { input: 1, expected_output: 1 } });
    const { stdout } = await ratchet(["test", "--from-fs", path, "--coverage"]);
    expect(stdout).toContain(`100 %    1/1    ${path}/main.js`);
    expect((await ratchet(["test", "--from-fs", path])).stdout).not.toContain("no test ran");
    expect((await ratchet(["test", "--from-fs", path, "--reporter", "tap", "--coverage"])).stdout).toContain(
      `# coverage: 1/1 lines of ${path}/main.js`,
    );
  });
});
