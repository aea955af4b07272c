import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createCsvSource } from "../../src/cli/commands/run-once/csv-source.ts";
import { makeTask } from "../support/made-task.ts";
import { ratchet, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

const PERSON = {
  type: "object",
  properties: {
    zip: { type: "string" },
    age: { type: "integer" },
    weight: { $ref: "#/$defs/measure" },
    member: { type: "boolean" },
    tags: { type: "array", items: { type: "string" } },
    note: { type: ["string", "null"] },
    address: { type: "object", properties: { city: { type: "string" } } },
    "a.b": { type: "string" },
    kind: { enum: ["1", "x"] },
  },
  $defs: { measure: { type: ["number", "null"] } },
};
const echo = makeTask(folder.path, { label: "echo", main: "(input) => input" });
const typed = makeTask(folder.path, { label: "typed", main: "(input) => input", inputSchema: PERSON });
const sum = makeTask(folder.path, {
  label: "sum",
  main: `function main({ a, b }) {
    if (b === 0) throw new ValidationError("no, zero");
    return { total: a + b, text: 'a "quoted", text\\nwith lines', list: [a, b], nothing: null };
  }`,
  outputSchema: { type: "object", properties: { text: {}, total: { type: "number" }, list: {}, nothing: {} } },
});

function csv(task: string, stdin: string | Uint8Array, ...args: string[]) {
  return ratchet(["run-once", "--from-fs", task, "--input-format", "csv", ...args], { stdin });
}

function parsed(text: string): unknown[] {
  return text
    .split("\n")
    .slice(0, -1)
    .map((line) => JSON.parse(line));
}

describe("--input-format csv", () => {
  test("runs once for each row, and converts fields by the input schema", async () => {
    const { exitCode, stdout, stderr } = await csv(
      typed,
      'zip,age,weight,member,tags,note,address.city,a.b,kind\n01234,36,70.5,true,"[""x"",""y""]",hello,Oslo,dot,1\n"","","","","","","","",y\n',
    );
    expect({ exitCode, stderr }).toEqual({ exitCode: 1, stderr: "1 of 2 lines failed, first: line 3\n" });
    const [first, second] = parsed(stdout) as [unknown, { error: { message: string } }];
    expect(first).toEqual({
      zip: "01234",
      age: 36,
      weight: 70.5,
      member: true,
      tags: ["x", "y"],
      note: "hello",
      address: { city: "Oslo" },
      "a.b": "dot",
      kind: "1",
    });
    expect(second.error.message).toContain("/kind");
  });

  test("an empty field is a text, null, or left out, as the schema allows", async () => {
    const { stdout } = await csv(typed, "zip,age,weight,note,tags\n,,,,\n");
    expect(parsed(stdout)).toEqual([{ zip: "", weight: null, note: null }]);
  });

  test("a value that does not fit is an error of its line", async () => {
    const { exitCode, stdout } = await csv(typed, "zip,age\n1,five\n2,5\n");
    expect(exitCode).toBe(1);
    expect(parsed(stdout)).toEqual([
      { error: expect.objectContaining({ code: "INVALID_INPUT", message: expect.stringContaining("/age") }) },
      { zip: "2", age: 5 },
    ]);
  });

  test("without a schema, JSON values are recognised as --set does", async () => {
    const { stdout } = await csv(echo, 'a,b,c,d,e\n5,true,01234,"{""x"":1}",\n');
    expect(parsed(stdout)).toEqual([{ a: 5, b: true, c: "01234", d: { x: 1 }, e: "" }]);
  });

  test("RFC 4180: CRLF, quoted line breaks and commas, doubled quotes, a byte order mark, no last line end", async () => {
    const { exitCode, stdout } = await csv(
      echo,
      '\ufeffname,text\r\n"Ada","a ""b"", c\r\nd"\r\n\r\n"",""\r\nä🙂,\'x\'',
      "--envelope",
    );
    expect(exitCode).toBe(0);
    expect(parsed(stdout)).toEqual([
      { line: 2, ok: true, output: { name: "Ada", text: 'a "b", c\r\nd' }, durationMs: expect.any(Number) },
      { line: 5, ok: true, output: { name: "", text: "" }, durationMs: expect.any(Number) },
      { line: 6, ok: true, output: { name: "ä🙂", text: "'x'" }, durationMs: expect.any(Number) },
    ] as never);
  });

  test("a row with another number of fields fails, and the others run", async () => {
    const { exitCode, stdout } = await csv(echo, "a,b\n1,2\n3\n4,5,6\n7,8\n");
    expect(exitCode).toBe(1);
    expect(parsed(stdout)).toEqual([
      { a: 1, b: 2 },
      { error: expect.objectContaining({ message: "line 3 has 1 field, and the header has 2." }) },
      { error: expect.objectContaining({ message: "line 4 has 3 fields, and the header has 2." }) },
      { a: 7, b: 8 },
    ]);
  });

  test.each([
    ["a quote that is not closed", 'a\n1\n"2\n', "standard input, line 3: a quote is not closed."],
    ["text behind a closing quote", 'a\n1\n"2"x\n', "standard input, line 3: there is something between"],
    ["a quote inside a field", 'a\n1\n2"x\n', "standard input, line 3: a field has a quote inside"],
    ["bytes that are not UTF-8", new Uint8Array([97, 10, 0xff, 10]), "standard input is not UTF-8 text"],
  ])("ends with 3 at %s, after the rows before it", async (_, text, message) => {
    const { exitCode, stdout, stderr } = await csv(echo, text);
    expect({ exitCode, stderr }).toEqual({ exitCode: 3, stderr: expect.stringContaining(message) });
    expect(stdout).toBe(typeof text === "string" ? '{"a":1}\n' : "");
  });

  test.each([
    ["a name twice", "a,b,a\n1,2,3\n", 'two columns have the name "a"'],
    ["no name", "a,,b\n1,2,3\n", "column 2 has no name"],
  ])("refuses a header with %s", async (_, text, message) => {
    const { exitCode, stdout, stderr } = await csv(echo, text);
    expect({ exitCode, stdout, stderr }).toEqual({ exitCode: 3, stdout: "", stderr: expect.stringContaining(message) });
  });

  test("an empty file has no rows", async () => {
    expect(await csv(echo, "")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
    expect(await csv(echo, "a,b\n")).toEqual({ exitCode: 0, stdout: "", stderr: "" });
  });

  test("works with --ndjson, --set, --unordered, and not with --input-json", async () => {
    const { stdout } = await csv(echo, "a\n1\n", "--ndjson", "--unordered", "--set", "b=2");
    expect(parsed(stdout)).toEqual([{ a: 1, b: 2 }]);
    expect((await csv(echo, "", "--input-json", "{}")).exitCode).toBe(2);
    const { exitCode, stderr } = await ratchet(["run-once", "--from-fs", echo, "--output-format", "csv"]);
    expect({ exitCode, stderr }).toEqual({
      exitCode: 2,
      stderr: expect.stringContaining("--output-format works only with --ndjson or --input-format."),
    });
  });
});

test("any rows survive, in chunks of any size", async () => {
  const field = fc.string({ unit: fc.constantFrom("a", "é", '"', ",", "\n", "\r\n", " ", "🙂"), maxLength: 5 });
  const rows = fc.array(fc.array(field, { minLength: 2, maxLength: 2 }), { maxLength: 8 });
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`;
  await fc.assert(
    fc.asyncProperty(
      rows,
      fc.integer({ min: 1, max: 40 }),
      fc.constantFrom("\n", "\r\n"),
      async (values, size, end) => {
        const text = [["h1", "h2"], ...values].map((row) => row.map(quoted).join(",")).join(end) + end;
        const source = createCsvSource("x", 1_000);
        const found: unknown[] = [];
        const take = () => {
          for (let line = source.next(); line !== undefined; line = source.next()) found.push(line.fields);
        };
        const bytes = Buffer.from(text);
        for (let at = 0; at < bytes.length; at += size) {
          await source.push(bytes.subarray(at, at + size));
          take();
        }
        await source.end();
        take();
        expect(found).toEqual(values);
      },
    ),
    { numRuns: 200 },
  );
});

describe("--output-format", () => {
  test("csv has a header from the output schema, and quotes what needs quotes", async () => {
    const { exitCode, stdout, stderr } = await csv(sum, "a,b\n1,2\n3,4\n", "--output-format", "csv");
    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
    const text = '"a ""quoted"", text\nwith lines"';
    expect(stdout).toBe(`text,total,list,nothing\n${text},3,"[1,2]",\n${text},7,"[3,4]",\n`);
  });

  test("csv can be read again as the same values", async () => {
    const { stdout } = await csv(sum, "a,b\n1,2\n3,4\n", "--output-format", "csv");
    const again = await csv(echo, stdout);
    expect(parsed(again.stdout)[1]).toEqual({
      text: 'a "quoted", text\nwith lines',
      total: 7,
      list: [3, 4],
      nothing: "",
    });
  });

  test("csv takes the header from the first row if there is no schema, and says what has no column", async () => {
    const run = await ratchet(["run-once", "--from-fs", echo, "--ndjson", "--output-format", "csv"], {
      stdin: '{"b":1,"a":"x"}\n{"a":"y","c":3}\n{"a":" z"}\n',
    });
    expect(run).toEqual({
      exitCode: 0,
      stdout: 'b,a\n1,x\n,y\n," z"\n',
      stderr: "warning: 1 row had values without a column: c.\n",
    });
  });

  test("csv of plain values has one column, and none for no rows without a schema", async () => {
    const run = (stdin: string) =>
      ratchet(["run-once", "--from-fs", echo, "--ndjson", "--output-format", "csv"], { stdin });
    expect((await run('1\n"x"\n[2]\n')).stdout).toBe("value\n1\nx\n[2]\n");
    expect((await run("")).stdout).toBe("");
    expect((await csv(sum, "a,b\n", "--output-format", "csv")).stdout).toBe("text,total,list,nothing\n");
  });

  test("failed lines are reported on standard error, and with --envelope they have a row", async () => {
    const input = "a,b\n1,0\n1,1\n";
    const plain = await csv(sum, input, "--output-format", "csv");
    expect(plain).toMatchObject({
      exitCode: 1,
      stderr: "line 2: TASK_FAILED: ValidationError: no, zero\n1 of 2 lines failed, first: line 2\n",
    });
    expect(plain.stdout).toStartWith("text,total,list,nothing\n");
    const wrapped = await csv(sum, input, "--output-format", "csv", "--envelope");
    const lines = wrapped.stdout.split("\n");
    expect(lines[0]).toBe("line,ok,text,total,list,nothing,error,durationMs");
    expect(lines[1]).toMatch(/^2,false,,,,,"TASK_FAILED: ValidationError: no, zero",[\d.]+$/);
    const json = await csv(sum, input, "--output-format", "csv", "--error-format", "json");
    expect(JSON.parse(json.stderr.split("\n")[0] ?? "")).toMatchObject({ line: 2, error: { code: "TASK_FAILED" } });
  });

  test("table is for people", async () => {
    const { exitCode, stdout } = await csv(echo, "name,n\nAda,1\nGrace Hopper,20\n", "--output-format", "table");
    expect({ exitCode, stdout }).toEqual({
      exitCode: 0,
      stdout: "name          n\nAda           1\nGrace Hopper  20\n",
    });
  });

  test("json is the default", async () => {
    const run = (...args: string[]) => csv(echo, "a\n1\n2\n", ...args);
    expect((await run("--output-format", "json")).stdout).toBe((await run()).stdout);
  });
});
