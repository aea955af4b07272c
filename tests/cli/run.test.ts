import { afterAll, describe, expect, test } from "bun:test";
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { RATCHET, ratchet, shell, temporaryFolder } from "../support/ratchet.ts";

const folder = temporaryFolder();
afterAll(() => folder[Symbol.dispose]());

function write(name: string, text: string): string {
  const path = join(folder.path, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
  return path;
}

write(
  "hello.ts",
  `#!/usr/bin/env -S ratchet run
export const meta = { label: "hello", description: "Says hello." };
export const input = {
  type: "object",
  properties: {
    name: { type: "string", description: "Who is greeted.", minLength: 1 },
    times: { type: "integer", default: 1 },
    loud: { type: "boolean" },
    zip: { type: ["string", "null"] },
    colour: { enum: ["red", "green", 5] },
    tags: { type: "array", items: { type: "string" } },
    sizes: { type: "array", items: { type: "number" } },
    place: { $ref: "#/$defs/place" },
    maxItems: { type: "integer" },
    any: {},
  },
  required: ["name"],
  $defs: { place: { type: "object", properties: { lat: { type: "number" }, note: { type: "string", default: "-" } } } },
};
export default (input: { name: string }) => input;
`,
);
write("echo.js", "(input) => input");

function run(...args: string[]) {
  return ratchet(["run", ...args], { cwd: folder.path });
}

async function output(...args: string[]) {
  const { exitCode, stdout, stderr } = await run(...args);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return JSON.parse(stdout);
}

async function failure(code: number, ...args: string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await run(...args);
  expect({ args, exitCode, stdout }).toEqual({ args, exitCode: code, stdout: "" });
  expect(stderr).toMatch(/^error: .+\n(?: {4}.+\n)*hint: .+\n/);
  return stderr;
}

describe("options of a task", () => {
  test.each<[string[], object]>([
    [["--name", "Ada"], {}],
    [["--name=Ada", "--zip", "01234"], { zip: "01234" }],
    [["--name", "Ada", "--zip", "null"], { zip: "null" }],
    [["--name", "Ada", "--loud"], { loud: true }],
    [["--loud", "--name", "Ada"], { loud: true }],
    [["--name", "Ada", "--no-loud"], { loud: false }],
    [["--name", "Ada", "--loud=false"], { loud: false }],
    [["--name", "Ada", "--loud", "false"], { loud: false }],
    [["--name", "Ada", "--times", "-3"], { times: -3 }],
    [["--name", "Bob", "--name", "Ada"], {}],
    [["--name", "Ada", "--colour", "5"], { colour: 5 }],
    [["--name", "Ada", "--colour", "red"], { colour: "red" }],
    [["--name", "Ada", "--tags", "1", "--tags", "[x"], { tags: ["1", "[x"] }],
    [["--name", "Ada", "--tags", '["a","b"]'], { tags: ["a", "b"] }],
    [["--name", "Ada", "--sizes", "1", "--sizes", ".5"], { sizes: [1, 0.5] }],
    [["--name", "Ada", "--place.lat", "1.5"], { place: { lat: 1.5, note: "-" } }],
    [["--name", "Ada", "--place", '{"lat":2}'], { place: { lat: 2, note: "-" } }],
    [["--name", "Ada", "--max-items", "4"], { maxItems: 4 }],
    [["--name", "Ada", "--any", "[1]"], { any: [1] }],
    [["--name", "Ada", "--any", "x", "--any", "2"], { any: ["x", 2] }],
    [["--", "--name", "Ada"], {}],
    [["--name", "-"], { name: "-" }],
  ])("%j follow the schema", async (words, expected) => {
    expect(await output("hello.ts", ...words)).toEqual({ name: "Ada", times: 1, ...expected });
  });

  test("of a script without a schema are JSON or text", async () => {
    const words = ["--a", "5", "--b", "01234", "--c.d=x=y", "--e", "--f", "1", "--f", "two", "--g", "-2", "--h=@x"];
    expect(await output("echo.js", ...words)).toEqual({
      a: 5,
      b: "01234",
      c: { d: "x=y" },
      e: true,
      f: [1, "two"],
      g: -2,
      h: "@x",
    });
    expect(await output("echo.js", "--__proto__.x", "1")).toEqual(JSON.parse('{"__proto__":{"x":1}}'));
  });

  test("are added to the JSON input", async () => {
    expect(await output("-i", '{"name":"Bob","loud":true}', "hello.ts", "--name", "Ada")).toEqual({
      name: "Ada",
      loud: true,
      times: 1,
    });
    write("in.json", '{"a":[1],"b":2}');
    expect(await output("-i@in.json", "-s", "b=3", "echo.js", "--c", "4")).toEqual({ a: [1], b: 3, c: 4 });
    const piped = await ratchet(["run", "echo.js", "-", "--b", "2"], { cwd: folder.path, stdin: '{"a":1}' });
    expect(piped).toEqual({ exitCode: 0, stdout: '{"a":1,"b":2}\n', stderr: "" });
  });

  test("with values that don't fit end with 3", async () => {
    expect(await failure(3, "hello.ts", "--name", "Ada", "--times", "five")).toContain("/times must be a whole number");
    expect(await failure(3, "hello.ts")).toContain("does not match its export `input`");
    expect(await failure(3, "hello.ts", "--name", "")).toContain("hello.ts --help");
    expect(await failure(3, join(import.meta.dir, "../../tasks/addition"), "--num1", "x", "--num2", "2")).toContain(
      "input.schema.json",
    );
    expect(await failure(3, "hello.ts", "--name", "Ada", "--loud=maybe")).toContain("/loud");
  });

  test("that the task doesn't have end with 2, and name the nearest", async () => {
    expect(await failure(2, "hello.ts", "--nmae", "Ada")).toContain("Did you mean --name?");
    expect(await failure(2, "hello.ts", "--name")).toContain("--name needs a value");
    expect(await failure(2, "hello.ts", "Ada")).toContain("Write --name Ada");
    expect(await failure(2, "hello.ts", "-x")).toContain("no option -x");
    expect(await failure(2, "hello.ts", "--timeout", "5s")).toContain("come before the path");
    expect(await failure(2, "hello.ts", "--no-name")).toContain("no option --no-name");
    expect(await failure(2, "-i", "[1]", "echo.js", "--a", "1")).toContain("an input that is an object");
    expect(await failure(2, "echo.js", "--a", "1", "--a.b", "2")).toContain("already a plain value");
  });

  test("are listed by --help", async () => {
    const help = await run("hello.ts", "--help");
    expect(help).toMatchObject({ exitCode: 0, stderr: "" });
    for (const text of [
      "Says hello.\n",
      "USAGE ratchet run hello.ts [OPTIONS]",
      "--name=<TEXT>    Who is greeted. Required.",
      "--times=<INTEGER>    Default: 1.",
      "--colour=<VALUE>    One of red, green, 5.",
      "--tags=<TEXT>    Can be repeated.",
      "--place.lat=<NUMBER>",
      "ratchet run hello.ts --name TEXT",
    ]) {
      expect(help.stdout).toContain(text);
    }
    expect((await run("echo.js", "-h")).stdout).toContain("takes any options");
    expect((await run("--help")).stdout).toContain("USAGE ratchet run [OPTIONS] <PATH>");
  });
});

describe("what run runs", () => {
  test("is a program from standard input with -", async () => {
    const program = "export default (input: { a: number }) => input.a + 1;";
    const piped = (args: string[], stdin: string) => ratchet(["run", ...args], { cwd: folder.path, stdin });
    expect(await piped(["-", "--a", "2"], program)).toEqual({ exitCode: 0, stdout: "3\n", stderr: "" });
    expect(await piped(["-", "--a=2"], "function (input) { return [input.a] }")).toMatchObject({ stdout: "[2]\n" });
    const neighbour = 'import { text } from "./lib/text.ts";\nexport default () => text;';
    write("lib/text.ts", 'export const text: string = "near";');
    expect(await piped(["-"], neighbour)).toMatchObject({ stdout: '"near"\n' });
    expect(await piped(["-", "-"], program)).toMatchObject({ exitCode: 2, stdout: "" });
    expect((await piped(["-"], "export default (")).stderr).toMatch(/^error: stdin:1:\d+: Syntax error/);
  });

  test("is a file, a folder, a .zip, or a task of a collection, for run-once too", async () => {
    const once = await ratchet(["run-once", "--from-fs", "hello.ts", "-i", '{"name":"Ada"}'], { cwd: folder.path });
    expect(once).toEqual({ exitCode: 0, stdout: '{"name":"Ada"}\n', stderr: "" });
    const sum = (path: string, ...own: string[]) => ratchet(["run", ...own, path, "--num1", "5", "--num2", "10"]);
    for (const given of [sum("tasks/addition"), sum("tasks#addition"), sum("tasks", "--task", "addition")]) {
      expect(await given).toEqual({ exitCode: 0, stdout: '{"sum":15}\n', stderr: "" });
    }
    const zip = join(folder.path, "addition.zip");
    expect(await ratchet(["pack", "tasks/addition", "-o", zip])).toMatchObject({ exitCode: 0 });
    expect(await sum(zip)).toMatchObject({ stdout: '{"sum":15}\n' });
  });

  test("is a program of its own with #!, also without an extension", async () => {
    const bin = join(folder.path, "bin");
    mkdirSync(bin);
    symlinkSync(RATCHET, join(bin, "ratchet"));
    const script = write(
      "greet",
      "#!/usr/bin/env -S ratchet run\nexport default (input: any) => 'Hi ' + input.name;\n",
    );
    chmodSync(script, 0o755);
    const env = { PATH: `${bin}:${process.env.PATH}` };
    expect(await shell("./greet --name Ada", { cwd: folder.path, env })).toEqual({
      exitCode: 0,
      stdout: '"Hi Ada"\n',
      stderr: "",
    });
  });

  test("is refused with 3 when it is missing or broken, and with 2 when it is not named", async () => {
    expect(await failure(3, "nope.ts")).toContain("nope.ts does not exist");
    write("broken.ts", "export default (input) => {\n  return input +;\n};\n");
    expect(await failure(3, "broken.ts")).toContain("broken.ts:2:17: Syntax error");
    write("none.ts", "const a = 1;\n");
    expect(await failure(3, "none.ts")).toContain("export default (input) => input");
    write("text.txt", "hello");
    expect(await failure(3, "text.txt")).toContain("not a zip archive");
    expect(await failure(3, "tasks#x")).toContain("tasks does not exist");
    expect(await failure(2)).toContain("PATH is missing");
    expect(await failure(2, "--tiemout", "5s", "hello.ts")).toContain("Did you mean --timeout?");
  });

  test("doesn't run code of the task on the host, nor describe itself by code", async () => {
    write("computed.ts", "export const input = (() => ({}))();\nexport default () => 1;\n");
    expect(await failure(3, "computed.ts")).toContain("computed.ts:1:");
  });

  test("has the file's own name in its errors", async () => {
    write("throws.ts", "export default () => {\n  throw new Error('no');\n};\n");
    expect(await failure(1, "throws.ts")).toContain("throws.ts:2:");
  });
});

describe("ratchet's own options", () => {
  test("come before the path", async () => {
    expect(await failure(4, "--timeout", "50ms", write("loop.js", "() => { for (;;); }"))).toContain("time");
    write("talk.js", "() => { console.debug('d'); console.log('l'); return 'x'; }");
    expect(await run("talk.js")).toMatchObject({ stdout: '"x"\n', stderr: "[info] l\n" });
    expect(await run("-q", "talk.js")).toMatchObject({ stdout: '"x"\n', stderr: "" });
    expect(await run("-v", "talk.js")).toMatchObject({ stderr: "[debug] d\n[info] l\n" });
    expect(await run("-o", "out.json", "talk.js")).toMatchObject({ exitCode: 0, stdout: "" });
    expect(await Bun.file(join(folder.path, "out.json")).text()).toBe('"x"\n');
    expect(await run("-q", "--raw", "talk.js")).toMatchObject({ stdout: "x\n" });
    expect(await failure(2, "-qv", "talk.js")).toContain("exclude each other");
  });

  test("end at --", async () => {
    write("-odd.js", "(input) => input");
    expect(await output("-q", "--", "-odd.js", "--a", "1")).toEqual({ a: 1 });
  });

  test("run a stream", async () => {
    const lines = await ratchet(["run", "--ndjson", "echo.js"], { cwd: folder.path, stdin: '{"a":1}\n2\n' });
    expect(lines).toEqual({ exitCode: 0, stdout: '{"a":1}\n2\n', stderr: "" });
    expect(await failure(2, "--ndjson", "echo.js", "--a", "1")).toContain("lines of the stream");
  });
});
