// biome-ignore-all lint/suspicious/noTemplateCurlyInString: programs as text
import { afterAll, describe, expect, test } from "bun:test";
import fc from "fast-check";
import type { GuestError } from "../../src/domain/guest-errors.ts";
import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { requestFor } from "../conformance/request.ts";
import { programOf } from "./run-program.ts";
import type { Files } from "./scratch.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());

/** What may stand above a task's function. `#` becomes a number of its own, so that any of them can come twice. */
const DECLARATIONS = [
  "enum Q# { A }",
  "enum Q# {\n  A = 1,\n  B = A << 2,\n\n  C = 'c'.length,\n}",
  "const enum K# {\n  A,\n}",
  "namespace N# {\n  export const z = 1;\n  export interface I {}\n}",
  "declare const unknown#: string;",
  "interface I# {\n  a: string;\n  b?: Map<string,\n    number>;\n}",
  "type T# =\n  | { kind: 'a' }\n  | { kind: 'b'; value: `x${string}` };",
  "type F#<A, B extends A = A> = (a: A, b: B) =>\n  Promise<A | B>;",
  "function generic#<\n  A extends object,\n  B = keyof A,\n>(a: A, _b?: B): A {\n  return a;\n}",
  "function over#(a: string): string;\nfunction over#(a: number): number;\nfunction over#(a: unknown) {\n  return a;\n}",
  "abstract class C# {\n  abstract x(): void;\n  private y = 1;\n  constructor(readonly z: number, protected w?: string) {\n    this.y += z;\n  }\n}",
  "function dec#(_value: unknown, _context: unknown): void {}\nclass D# {\n  @dec#\n  m(): number {\n    return 1;\n  }\n}",
  "@mark#\nclass E# {\n  #secret = 1;\n  static count: number;\n}\nfunction mark#(value: unknown, _context: unknown): void {}",
  "const text# = `a\n  ${[1, 2].map((n) => `${n}\n`).join('')}\n`;",
  "const regex# = /[`'\"/{(]/g, half# = 4 / 2;",
  "const object# = { a: 1,\n  get b() { return 2; } } satisfies { a: number; b: number };",
  "const cast# = <number>(5 as unknown);",
  "let maybe#: string | undefined;\nmaybe#?.length;\n",
  "// a comment with `ticks` and (brackets\n",
  "/* one\n * two {\n */",
  "",
  "\n\n",
];

/** What throws, at the line of `HERE`: the error is made, caught, read and thrown again. */
const BODY = [
  "const inner = new TypeError('inner'); // HERE",
  "const error = new AggregateError([inner], 'all', { cause: inner }); // ALSO",
  "console.log(inner);",
  "console.log(inner.stack);",
  "console.log(error);",
  "throw error;",
];

const FORMS: Record<string, (body: string) => string> = {
  "a declaration": (body) => `function main(input: { a?: number }): never {\n${body}\n}`,
  "a declaration and its name": (body) => `function main(input: unknown) {\n${body}\n}\nmain;`,
  "a constant": (body) => `const main = async (\n  input: unknown,\n): Promise<void> => {\n${body}\n};`,
  "an arrow function": (body) => `(input: { a: number }): void => {\n${body}\n}`,
  "an async arrow function": (body) => `async <T,>(input: T) => {\n${body}\n};`,
  "a function in parentheses": (body) => `(function (input: unknown) {\n${body}\n});\nfunction after(): void {}`,
  "a default export": (body) => `export default async function (input: unknown) {\n${body}\n}`,
  "an exported main": (body) => `export const unrelated = 1;\nexport function main(input: unknown): void {\n${body}\n}`,
  CommonJS: (body) => `module.exports = (input: unknown) => {\n${body}\n};`,
};

/** Runs a program that throws as {@link BODY} does; gives everything that a person may read of it. */
async function readable(files: Files): Promise<string[]> {
  const program = await programOf(files);
  const logs: string[] = [];
  const request = {
    ...requestFor("", { input: {} }),
    program,
    onLog: (entry: { message: string }) => logs.push(entry.message),
  };
  const outcome = await executor.execute(request);
  if (outcome.status !== "failed" || outcome.error.guest === undefined) throw new Error("it did not fail as it should");
  const stacks = (error: GuestError): string[] => [
    error.stack ?? "",
    ...(error.cause === undefined ? [] : stacks(error.cause)),
    ...(error.errors ?? []).flatMap(stacks),
  ];
  expect(outcome.error.message).toBe("AggregateError: all");
  return [...logs, ...stacks(outcome.error.guest)];
}

/** Holds every place in these texts to the lines of the marks. */
function expectLines(texts: string[], file: string, source: string): void {
  const lines = source.split("\n");
  const lineOf = (mark: string) => lines.findIndex((line) => line.includes(`// ${mark}`)) + 1;
  expect(texts).toHaveLength(6);
  for (const text of texts) {
    expect(text).toMatch(/^(?:TypeError: inner|AggregateError: all)\n {4}at /);
    expect(text).not.toMatch(/ratchet|nowhere:|absent:|task:|native/);
    for (const part of text.split(/^(?= *(?:cause|errors\[0\]): )/m)) {
      const [, line] = new RegExp(`at .*?${file}:(\\d+):\\d+`).exec(part) ?? [];
      expect({ part, line: Number(line) }).toEqual({ part, line: lineOf(part.includes("inner") ? "HERE" : "ALSO") });
    }
  }
}

describe("places in TypeScript", () => {
  const declarations = fc
    .array(fc.constantFrom(...DECLARATIONS), { maxLength: 6 })
    .map((parts) => parts.map((part, i) => part.replaceAll(/(?<=\w|')#/g, `${i}`)));
  const form = fc.constantFrom(...Object.keys(FORMS));

  test("are those of main.ts, wherever a person reads them", async () => {
    await fc.assert(
      fc.asyncProperty(declarations, declarations, form, async (above, within, name) => {
        // Type-only and hoisted things may stand in the body, decorated classes and enums may not.
        const inner = within.filter((part) => !/enum|namespace|declare|@/.test(part));
        const body = [...inner.map((part) => part.replaceAll(/(\w)(\d)\b/g, "$1inner$2")), ...BODY].join("\n");
        const source = [...above, FORMS[name]?.(body) ?? ""].join("\n");
        expectLines(await readable({ "main.ts": source }), "main\\.ts", source);
      }),
      { numRuns: 60 },
    );
  });

  test("are those of imported files", async () => {
    await fc.assert(
      fc.asyncProperty(declarations, declarations, async (above, elsewhere) => {
        const lib = [...above, `export function fail(input: unknown): never {\n${BODY.join("\n")}\n}`].join("\n");
        const main = [
          "import { fail } from './lib/fail.ts';",
          ...elsewhere,
          "export default (input: unknown) =>\n  fail(input);",
        ].join("\n");
        const texts = await readable({ "main.ts": main, "lib/fail.ts": lib });
        expectLines(texts, "lib/fail\\.ts", lib);
        expect(texts.at(-1)).toContain(`main.ts:${main.split("\n").length}:`);
      }),
      { numRuns: 30 },
    );
  });
});

describe("places in JavaScript", () => {
  test("have the author's columns where Ratchet has inserted something", async () => {
    const source = `function (input) { ${BODY.slice(0, 2)
      .map((line) => line.replace(/ \/\/.*/, ""))
      .join(" ")} console.log(inner); console.log(inner.stack); console.log(error); throw error; }`;
    for (const files of [{ "main.js": source }, { "main.js": `\n${source}\nrequire('./x.js')`, "x.js": "" }]) {
      const column = source.indexOf("TypeError(") + 1;
      const [shown] = await readable(files);
      expect(shown).toMatch(new RegExp(`main\\.js:\\d:${column}\\)$`));
    }
  });
});
