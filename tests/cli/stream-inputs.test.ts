/** What a stream reads: programs from standard input, defaults, and the CSV that spreadsheets write. */
import { afterAll, describe, expect, test } from "bun:test";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const write = (name: string, text: string | Uint8Array) => writeFileSync(join(folder.path, name), text);
write("echo.js", "export default (input) => input;\n");
write(
  "typed.js",
  `export const input = { type: "object", properties: {
  zip: { type: "string" }, name: { type: "string", default: "World" }, on: { type: "boolean" },
  colour: { enum: ["red", "green"] }, code: { type: "string", minLength: 2 }, note: { type: ["string", "null"] },
  place: { type: "object", properties: { unit: { type: "string", default: "km" } } },
} };
export default (input) => input;
`,
);

function run(args: readonly string[], stdin = "") {
  return ratchet(["run", ...args], { cwd: folder.path, stdin });
}

async function csv(text: string | Uint8Array, task = "echo.js") {
  write("in.csv", text);
  const { exitCode, stdout, stderr } = await run(["--input-format", "csv", "--input-file", "in.csv", task]);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

describe("a stream", () => {
  test("takes its program from standard input, if its lines come from a file", async () => {
    write("in.ndjson", "1\n2\n");
    const program = "export default (n) => n + 1;";
    expect(await run(["--ndjson", "--input-file", "in.ndjson", "-"], program)).toEqual({
      exitCode: 0,
      stdout: "2\n3\n",
      stderr: "",
    });
    const both = await run(["--ndjson", "-"], program);
    expect(both).toMatchObject({ exitCode: 2, stdout: "" });
    expect(both.stderr).toContain("run: standard input is asked for 2 times: the program, the stream.");
  });

  test("of `run` has the schema's defaults in each line, as a single run has", async () => {
    const { stdout } = await run(["--ndjson", "-s", "place.at=1", "typed.js"], '{}\n{"name":"Ada"}\n');
    expect(stdout).toBe('{"place":{"at":1,"unit":"km"},"name":"World"}\n{"name":"Ada","place":{"at":1,"unit":"km"}}\n');
    const once = await ratchet(["run-once", "--from-fs", "typed.js", "--ndjson"], { cwd: folder.path, stdin: "{}\n" });
    expect(once.stdout).toBe("{}\n");
  });

  test("counts the lines that ran, neither the header nor blank lines", async () => {
    write("fails.js", "export default ({ n }) => { if (n === 2) throw new ValidationError('two'); return n; };");
    const table = await run(["--input-format", "csv", "fails.js"], "n\n1\n\n2\n");
    expect(table.stderr).toBe("1 of 2 lines failed, first: line 4\n");
    const single = await run(["--input-format", "csv", "fails.js"], "n\n2\n");
    expect(single.stderr).toBe("1 of 1 line failed, first: line 2\n");
  });
});

describe("CSV", () => {
  test.each<[string, string]>([
    ["semicolons", 'a;b\n1;"x;y"\n2,5;z\n'],
    ["tabs", 'a\tb\n1\t"x;y"\n2,5\tz\n'],
    ["semicolons and CRLF, behind a byte order mark and a blank line", '\ufeff\r\na;b\r\n1;"x;y"\r\n2,5;z'],
  ])("with %s", async (_, text) => {
    expect(await csv(text)).toEqual([
      { a: 1, b: "x;y" },
      { a: "2,5", b: "z" },
    ]);
  });

  test("with a comma in its header is separated by commas", async () => {
    expect(await csv('"a;b",c\n1,2;3\n')).toEqual([{ "a;b": 1, c: "2;3" }]);
    expect(await csv('"a,b"\n"1;2"\n')).toEqual([{ "a,b": "1;2" }]);
    expect(await csv(`${'""'.repeat(50_000)},b`)).toEqual([]);
  });

  test("leaves an empty field out where no empty text is allowed, and reads TRUE as true", async () => {
    const header = "zip,name,on,colour,code,note,place.unit\n";
    expect(await csv(`${header},,,,,,\n01,x,TRUE,red,ab,y,m\n`, "typed.js")).toEqual([
      { zip: "", name: "", note: null, place: { unit: "" } },
      { zip: "01", name: "x", on: true, colour: "red", code: "ab", note: "y", place: { unit: "m" } },
    ]);
  });

  test("that is not UTF-8 is refused with its line", async () => {
    write("latin.csv", Buffer.from("a\n1\n\u00fc\n", "latin1"));
    const { exitCode, stderr } = await run(["--input-format", "csv", "--input-file", "latin.csv", "echo.js"]);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining("latin.csv is not UTF-8 text, near line 3."),
    });
  });

  test("that is written can be read again, also if its only field is empty", async () => {
    const { stdout } = await run(
      ["--ndjson", "--output-format", "csv", "echo.js"],
      '{"a":""}\n{"a":null}\n{"a":"x"}\n',
    );
    expect(stdout).toBe('a\n""\n""\nx\n');
    expect(await csv(stdout)).toEqual([{ a: "" }, { a: "" }, { a: "x" }]);
  });
});
