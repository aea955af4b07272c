import { expect, test } from "bun:test";
import { join } from "node:path";
import { parseSource } from "../architecture/source-file.ts";
import { temporaryFolder } from "../support/ratchet.ts";
import { extractExamples } from "./extract.ts";

const CODE = "export function double(n: number) { return 2 * n; }\nexport const two: Two = 2;\nexport type Two = 2;\n";

/** The examples in a docstring of a module at `src/lib/double.ts`. */
const inDocstring = (...lines: string[]) =>
  extractExamples(parseSource("src/lib/double.ts", `\n/**\n${lines.join("\n")}\n */\n${CODE}`), "dist/examples");

test("an example is extracted with its place, its imports and its claims", () => {
  const [first, second, ...others] = inDocstring(
    " * Doubles.",
    " * @example",
    " * ```ts",
    ' * import { Lru } from "./lru.ts";',
    " * const x: Two = two;",
    " *",
    " * double(x); // => 4",
    " * ```",
    " * @example",
    " * ```ts",
    " * double(1) // => 2",
    " * ```",
    " * @throws never",
  );
  expect(first).toEqual({
    place: "src/lib/double.ts:4",
    claims: 1,
    code: [
      'import { expect } from "bun:test";',
      'import { double, two, type Two } from "../../src/lib/double.ts";',
      "",
      'import { Lru } from "../../src/lib/lru.ts";',
      "const x: Two = two;",
      "",
      "expect<unknown>(double(x)).toEqual(4);",
      "",
    ].join("\n"),
  });
  expect(second?.place).toBe("src/lib/double.ts:11");
  expect(second?.code).toEndWith("expect<unknown>(double(1)).toEqual(2);\n");
  expect(others).toEqual([]);
});

test("an example that is not one closed block of TypeScript is refused by its place", () => {
  for (const lines of [
    [" * @example double(1)"],
    [" * @example", " * double(1); // => 2"],
    [" * @example", " * ```ts", " * double(1); // => 2"],
    [" * @example", " * ```js", " * double(1); // => 2", " * ```"],
    [" * @example", " * Like this:", " * ```ts", " * double(1); // => 2", " * ```"],
    [" * @example", " * ```ts", " * double(1); // => 2", " * @throws never", " * ```"],
  ]) {
    expect(() => inDocstring(...lines)).toThrow("src/lib/double.ts:3: an example is one block");
  }
});

test("a comment that is no docstring has no examples", () => {
  expect(extractExamples(parseSource("src/a.ts", "/*\n * @example\n */\n// @example\n"), "dist")).toEqual([]);
});

test("a false claim fails when the example is run, a true one does not", async () => {
  using folder = temporaryFolder();
  const source = (claim: string) => `/**\n * @example\n * \`\`\`ts\n * ${claim}\n * \`\`\`\n */\n${CODE}`;
  for (const [claim, holds] of [
    ["double(2); // => 4", true],
    ["double(2); // => 5", false],
    ["doubled(2); // => 4", false],
    ["await Promise.resolve({ a: double(2) }); // => { a: 4 }", true],
  ] as const) {
    const name = Bun.hash(claim).toString(36);
    await Bun.write(join(folder.path, "src", `${name}.ts`), CODE);
    const [example] = extractExamples(parseSource(`src/${name}.ts`, source(claim)), "examples");
    const path = join(folder.path, "examples", `${name}.ts`);
    await Bun.write(path, example?.code ?? "");
    const run = import(path).then(
      () => true,
      () => false,
    );
    expect(await run).toBe(holds);
  }
});
