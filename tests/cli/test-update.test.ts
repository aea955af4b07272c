import { afterAll, describe, expect, test } from "bun:test";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeTask } from "../support/made-task.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

let made = 0;

/** Runs `ratchet test --update` on a task with one test. Returns the file before and after. */
async function update(main: string, content: string) {
  const path = makeTask(folder.path, { label: `update-${made++}`, main, tests: { "one.json": content } });
  const file = join(path, "tests", "one.json");
  const run = await ratchet(["test", "--from-fs", path, "--update"]);
  const again = await ratchet(["test", "--from-fs", path]);
  return { ...run, text: readFileSync(file, "utf8"), passesNow: again.exitCode === 0, path };
}

const RETURN = "(input) => input.result";

describe("--update", () => {
  test("changes only what differs, and keeps the formatting", async () => {
    const content = `{
    "description": "kept",
    "input": {"result": {"a": 2, "list": [1, 2, 3], "new": {"x": 1}, "same": [ 1,2 ]}},

    "expected_output": {"a": 1,   "gone": true, "list": [1, 5],
                        "same": [ 1,2 ]}
}
`;
    const { exitCode, stdout, text, passesNow } = await update(RETURN, content);
    expect({ exitCode, passesNow }).toEqual({ exitCode: 0, passesNow: true });
    expect(stdout).toContain("new   update-0: one");
    expect(stdout).toContain("1 passed, 0 failed, 1 updated (");
    const [head = "", tail = ""] = content.split("\n\n");
    expect(tail).toContain("gone");
    expect(text).toBe(`${head}

    "expected_output": {"a": 2,   "list": [1, 2, 3],
                        "same": [ 1,2 ],
                        "new": {
                            "x": 1
                        }}
}
`);
    expect(JSON.parse(text).expected_output).toEqual({ a: 2, list: [1, 2, 3], new: { x: 1 }, same: [1, 2] });
  });

  test("keeps tabs, CRLF and a byte order mark", async () => {
    const content =
      '\ufeff{\r\n\t"input": {\r\n\t\t"result": {"b": 1}\r\n\t},\r\n\t"expected_output": {\r\n\t\t"a": 1\r\n\t}\r\n}\r\n';
    const { text, passesNow } = await update(RETURN, content);
    expect(passesNow).toBe(true);
    expect(text).toStartWith("\ufeff{\r\n\t");
    expect(text.replaceAll("\r\n", "")).not.toContain("\n");
    expect(text).toContain('\r\n\t\t"b": 1\r\n');
  });

  test("writes the output into a test that expects nothing yet, which is a problem without --update", async () => {
    const path = makeTask(folder.path, {
      label: "pending",
      main: RETURN,
      tests: { "one.json": '{\n  "input": {"result": [1]}\n}\n' },
    });
    const { exitCode, stdout } = await ratchet(["test", "--from-fs", path]);
    expect(exitCode).toBe(3);
    expect(stdout).toContain("None of expected_output, expected_match, expected_error is given.");
    expect((await ratchet(["test", "--from-fs", path, "--update"])).exitCode).toBe(0);
    expect(JSON.parse(readFileSync(join(path, "tests", "one.json"), "utf8"))).toEqual({
      input: { result: [1] },
      expected_output: [1],
    });
  });

  test("changes plain values in expected_match, and neither adds members nor touches matchers", async () => {
    const expected = { n: 1, id: { $regex: "^a" }, list: [1] };
    const content = (id: string) =>
      JSON.stringify({ input: { result: { n: 2, id, list: [1, 2], more: true } }, expected_match: expected });
    const good = await update(RETURN, content("abc"));
    expect([good.exitCode, JSON.parse(good.text).expected_match]).toEqual([
      0,
      { n: 2, id: { $regex: "^a" }, list: [1, 2] },
    ]);
    const bad = await update(RETURN, content("xyz"));
    expect([bad.exitCode, bad.text]).toEqual([1, content("xyz")]);
    expect(bad.stdout).toContain("(--update changes no matchers)");
  });

  test("accepts another error, but no error in place of an output or the other way round", async () => {
    const main = "(input) => { if (input.fail) throw new ValidationError(input.fail); return 1; }";
    const other = await update(main, '{"input": {"fail": "that"}, "expected_error": "this"}');
    expect([other.exitCode, other.text]).toEqual([
      0,
      '{"input": {"fail": "that"}, "expected_error": "ValidationError: that"}',
    ]);
    for (const [content, why] of [
      ['{"input": {"fail": "x"}, "expected_output": 1}', "--update accepts no error in place of an output"],
      ['{"input": {}, "expected_error": "x"}', "--update accepts no output in place of an error"],
    ] as const) {
      const { exitCode, stdout, text } = await update(main, content);
      expect({ exitCode, text }).toEqual({ exitCode: 1, text: content });
      expect(stdout).toContain(why);
    }
  });

  test("leaves files alone whose tests pass, and can't change an archive", async () => {
    const passing = '{"input":{"result":1},"expected_output":1}';
    expect((await update(RETURN, passing)).text).toBe(passing);
    const { path } = await update(RETURN, '{"input":{"result":1},"expected_output":1}');
    writeFileSync(join(path, "tests", "one.json"), '{"input":{"result":1},"expected_output":2}');
    const zip = join(folder.path, "task.zip");
    expect((await ratchet(["pack", path, "--output", zip])).exitCode).toBe(0);
    expect(existsSync(zip)).toBe(true);
    const { exitCode, stdout } = await ratchet(["test", "--from-fs", zip, "--update"]);
    expect([exitCode, stdout]).toEqual([1, expect.stringContaining("--update can't change a .zip")]);
  });
});

describe("GitHub", () => {
  const tests = {
    "bad.json": '{\n  "input": {"result": "100%,\\n::error::x"},\n  "expected_output": 1\n}',
    "broken.json": "{",
  };

  test("gets annotations for failures and problems, as part of the usual report", async () => {
    const path = makeTask(folder.path, {
      label: "annotated",
      main: "(i) => { console.log('::error::mine'); return i.result; }",
      tests,
    });
    const run = await ratchet(["test", "--from-fs", path], { env: { GITHUB_ACTIONS: "true" } });
    expect(run).toMatchObject({ exitCode: 1, stderr: "" });
    const file = join(path, "tests");
    const [stop = "", ...lines] = run.stdout.trimEnd().split("\n");
    const token = stop.replace("::stop-commands::", "");
    const end = lines.indexOf(`::${token}::`);
    expect(lines.slice(0, end).join("\n")).toContain("FAIL  annotated: bad");
    expect(lines.slice(end + 1)).toEqual([
      expect.stringContaining(
        `::error file=${file}/bad.json,line=3,title=annotated%3A bad::the output is not the expected one%0Athe whole value: expected 1, got "100%25,\\n`,
      ),
      expect.stringMatching(/^::error file=.*broken\.json,line=1,col=2,title=ratchet test::The file is not valid JSON/),
    ]);
    const explicit = await ratchet(["test", "--from-fs", path, "--reporter", "github"]);
    expect(explicit.stdout).toContain("::error file=");
    const plain = await ratchet(["test", "--from-fs", path]);
    expect(plain.stdout).not.toContain("::error file=");
    const json = await ratchet(["test", "--from-fs", path, "--json"], { env: { GITHUB_ACTIONS: "true" } });
    expect(JSON.parse(json.stdout).failed).toBe(1);
  });
});
