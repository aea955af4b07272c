import { afterAll, describe, expect, test } from "bun:test";
import { runInNewContext } from "node:vm";
import fc from "fast-check";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { prepareSource } from "../../src/task/program/prepare-source.ts";
import { programOf, runProgram } from "./run-program.ts";
import { failure } from "./scratch.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());

/** The doubled input, by a program of these files. */
async function doubled(files: Readonly<Record<string, string>>): Promise<unknown> {
  const result = await runProgram(executor, await programOf(files), 21);
  if ("error" in result) throw result.error;
  return result.output;
}

const SCRIPTS: readonly [name: string, source: string][] = [
  ["a function in parentheses", "(function (n) { return n * 2; })"],
  ["with a semicolon", "(function (n) { return n * 2; });\n"],
  ["a bare function", "function (n) { return n * 2; }"],
  ["a bare function with a semicolon and a comment", "function (n) { return n * 2; }; // done"],
  ["a bare async function", "async function (n) { return n * 2; }"],
  ["a bare function after comments", "// first\n/* second */ function /* third */ (n) { return n * 2; }"],
  ["a bare function after a directive", '"use strict";\nfunction (n) { return n * 2; }'],
  ["a bare function after a directive without semicolon", "'use strict'\nfunction (n) { return n * 2; }"],
  ["a bare function with others behind", "function (n) { return double(n); }\nfunction double(n) { return n * 2; }"],
  ["an arrow", "(n) => n * 2"],
  ["an arrow without parentheses", "n => n * 2;"],
  ["an async arrow", "async (n) => { return n * 2; }"],
  ["function main", "function main(n) { return n * 2; }"],
  ["function main with a closing main", "function main(n) { return n * 2; }\n\nmain;"],
  ["async function main", "async function main(n) { return (await n) * 2; }"],
  ["const main with a closing main", "const main = (n) => n * 2;\nmain"],
  ["const main alone", "const main = (n) => n * 2;"],
  ["let main alone, with other statements", "let main = (n) => n * 2;\nconst cache = new Map();\ncache.set(1, 2);"],
  ["var main", "var main = function (n) { return n * 2; };"],
  ["module.exports = function", "module.exports = function (n) { return n * 2; };"],
  ["module.exports = { main }", "const main = (n) => n * 2;\nmodule.exports = { main };"],
  ["exports.main", "exports.main = (n) => n * 2;\nexports.helper = () => 0;"],
  ["a function after declarations", "const factor = 2;\n(function (n) { return n * factor; });"],
  ["a name at the end", "const twice = (n) => n * 2;\ntwice"],
  ["a shebang", "#!/usr/bin/env ratchet\n(n) => n * 2"],
  ["a byte order mark", "\ufefffunction (n) { return n * 2; }"],
  ["carriage returns", "// one\r\nfunction (n) {\r\n  return n * 2;\r\n}\r\n"],
  [
    "words that mean modules in texts and comments",
    '// import x from "y"; export {}\n(n) => ("export default 1", n * 2)',
  ],
  ["a regular expression with quotes", "const r = /[\"'`/]export/;\n(n) => n * (r.test('x') ? 3 : 2)"],
  ["a text with const main in it", 'const help = "const main = 1";\n(function (n) { return n * 2; })'],
  ["a comment at the very end", "(n) => n * 2 // const main"],
];

const MODULES: readonly [name: string, source: string][] = [
  ["a default function", "export default function (n) { return n * 2; }"],
  ["a default arrow", "export default (n) => n * 2;"],
  ["a default name", "const twice = (n) => n * 2;\nexport default twice;"],
  ["a named main", "export const main = (n) => n * 2;"],
  ["a renamed main", "const twice = (n) => n * 2;\nexport { twice as main };"],
  [
    "main beside a default that is no function",
    "export default { version: 1 };\nexport function main(n) { return n * 2; }",
  ],
  ["a default object with main", "export default { main: (n) => n * 2 };"],
  ["an empty export", "export {};\nfunction main(n) { return n * 2; }"],
  ["names of the guest's globals", "const fetch = 2, console = 1, URL = 0;\nexport default (n) => n * fetch;"],
];

describe("a program in JavaScript", () => {
  test.each(SCRIPTS)("may be %s", async (_name, source) => {
    expect(await doubled({ "main.js": source })).toBe(42);
  });

  test.each(MODULES)("may be a module with %s", async (_name, source) => {
    expect(await doubled({ "main.js": source })).toBe(42);
  });

  test("stays unchanged if it is a plain script", async () => {
    const source = "function main(n) {\n\n  return n * 2; // two\n}\n";
    const program = await programOf({ "main.js": source });
    expect(program.code).toBe(source);
    expect(program.places).toBeUndefined();
    expect(program.id).toBe(new Bun.CryptoHasher("sha256").update(source).digest("hex"));
  });

  test("is strict as a module, sloppy as a script", async () => {
    const sloppy = "try { undeclared = 1; return 'sloppy'; } catch { return 'strict'; }";
    expect(await doubled({ "main.js": `export default () => { ${sloppy} }` })).toBe("strict");
    expect(await doubled({ "main.js": `(function () { ${sloppy} })` })).toBe("sloppy");
    expect(await doubled({ "main.js": `'use strict'; function () { ${sloppy} }` })).toBe("strict");
    const files = { "lib.js": "undeclared = 1;" };
    expect(
      await doubled({ "main.js": `"use strict"; require("./lib.js"); (function () { ${sloppy} })`, ...files }).catch(
        (error) => error.guest?.name,
      ),
    ).toBe("ReferenceError");
    expect(await doubled({ "main.js": `require("./lib.js"); (function () { ${sloppy} })`, ...files })).toBe("sloppy");
  });
});

describe("a program in TypeScript", () => {
  const typed = (source: string) => source.replace("(n)", "(n: number): number").replace("n =>", "(n: number) =>");

  test.each([...SCRIPTS, ...MODULES])("may be %s", async (_name, source) => {
    if (/async/.test(source)) return;
    expect(await doubled({ "main.ts": typed(source) })).toBe(42);
  });

  test.each([
    ["types before a bare expression", "interface A { n: number }\ntype B = A;\n(n: number): number => n * 2"],
    ["a function after declarations", "const factor: number = 2;\n(function (n: number) { return n * factor; });"],
    ["generics on a bare function", "function <T extends number>(n: T) { return n * 2; }"],
    [
      "enums, namespaces and parameter properties",
      "enum Factor { Two = 2 }\nnamespace N { export const one = 1; }\nclass C { constructor(private readonly n: number) {} get twice() { return this.n * Factor.Two * N.one; } }\nexport default (n: number) => new C(n).twice;",
    ],
    [
      "satisfies, as and non-null",
      "const f = ((n: number) => n! * 2) satisfies (n: number) => number;\nexport { f as main };",
    ],
    [
      "imports of types only",
      'import type { A } from "./nowhere";\nexport default (n: A): number => (n as number) * 2;',
    ],
  ])("may have %s", async (_name, source) => {
    expect(await doubled({ "main.ts": source })).toBe(42);
  });
});

describe("a program is refused", () => {
  test.each([
    ["main.js", "function main(n) {\n  return n * ;\n}", 2, 14],
    ["main.js", "function (n) { return n n; }", 1, 25],
    ["main.ts", "let n: = 1;\n(m) => m", 1, 8],
    ["main.js", "export default function (n) {\n  return (n;\n}", 2, 12],
  ])("for a syntax error in %s, with its place: %p", async (file, source, line, column) => {
    const error = await failure(() => programOf({ [file]: source }));
    expect(error.code).toBe("TASK_INVALID");
    expect(error.problems[0]).toMatchObject({ line, column, severity: "error" });
    expect(error.message).toContain(`${file}:${line}:${column}`);
    expect(error.remedy).toBeString();
  });

  test("for an await in a function that is not async", async () => {
    const error = await failure(() => programOf({ "main.js": "export default () => { await 1; };" }));
    expect(error.remedy).toContain("async");
  });

  test("when it is nested without end, without a crash", async () => {
    for (const [open, close] of ["()", "[]", "{}"]) {
      const source = `export default ${(open ?? "").repeat(100_000)}1${(close ?? "").repeat(100_000)}`;
      expect((await failure(() => programOf({ "main.js": source }))).code).toBe("TASK_INVALID");
    }
  });

  test("when it is too large, not UTF-8, or there twice", async () => {
    const large = await failure(() => programOf({ "main.js": `// ${"x".repeat(9_000_000)}` }));
    expect(large.message).toContain("bytes");
    const latin1 = new Uint8Array(Buffer.from("(n) => 'caf\xe9'", "latin1"));
    expect((await failure(() => programOf({ "main.js": latin1 }))).message).toContain("UTF-8");
    expect((await failure(() => programOf({ "main.js": "() => 1", "main.ts": "() => 1" }))).message).toContain("both");
  });
});

describe("prepareSource", () => {
  const trivia = fc.constantFrom("", " ", "\n", "\r\n", "/* function ( */", "// (\n", "\u2028", "\t");
  const directive = fc.constantFrom("", '"use strict";', "'use strict'\n", '"a \\" function (";', "\ufeff");
  const body = fc.constantFrom("return n * 2;", 'return "export default" && n * 2;', "/* } */ return /[)}]/ && n * 2;");

  test("brings every spelling of a bare function to a value, on the same lines", async () => {
    await fc.assert(
      fc.asyncProperty(directive, trivia, trivia, trivia, body, trivia, async (d, a, b, c, inner, end) => {
        const source = `${d}${a}function${b || " "}(n)${c}{${inner}}${end}`;
        const { text } = prepareSource(source.replace(/^\ufeff/, ""));
        expect(text.split("\n").length).toBe(source.split("\n").length);
        const value: unknown = runInNewContext(text);
        expect(typeof value === "function" ? value(21) : value).toBe(42);
      }),
      { numRuns: 300 },
    );
  });

  test("leaves every other program alone", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { text: prepared, inserted } = prepareSource(text);
        if (inserted === undefined) expect(prepared).toBe(text.startsWith("#!") ? `//${text.slice(2)}` : text);
        else expect(prepared.slice(inserted.offset + 2)).toMatch(/^(?:async|function)/);
      }),
    );
  });
});
