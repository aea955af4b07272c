import { checkRules, source } from "./rule-cases.ts";
import { fileLength, functionLength, medianLength, parameters } from "./sizes.ts";

const lines = (count: number, line = "export {};") => `${line}\n`.repeat(count);
/** A function of 61 lines. */
const long = (head: string, tail = "}") => `${head}\n${lines(59, "  f();")}${tail}\n`;

checkRules("rules about sizes", {
  "a file of 300 lines": { rule: fileLength, sources: source(lines(300)), finds: [] },
  "a file of 301 lines": {
    rule: fileLength,
    sources: source(lines(301)),
    finds: [["src/task/load.ts:1", "301 lines, 300 at most"]],
  },
  "a test file of 400 lines": { rule: fileLength, sources: source(lines(400), "tests/a.test.ts"), finds: [] },
  "a test file of 401 lines": {
    rule: fileLength,
    sources: source(lines(401), "tests/a.test.ts"),
    finds: [["tests/a.test.ts:1", "401 lines, 400 at most"]],
  },
  "one long file among short ones": {
    rule: medianLength,
    sources: { "src/a.ts": lines(10), "src/b.ts": lines(99), "src/c.ts": lines(290) },
    finds: [],
  },
  "long files throughout": {
    rule: medianLength,
    sources: { "src/a.ts": lines(10), "src/b.ts": lines(100), "src/c.ts": lines(151) },
    finds: [["src/b.ts:1", "100 lines, 99 at most"]],
  },
  "functions of 60 lines": {
    rule: functionLength,
    sources: source(`function a() {\n${lines(58, "  f();")}}\nconst b = () => {\n${lines(58, "  f();")}};`),
    finds: [],
  },
  "functions of 61 lines in every form": {
    rule: functionLength,
    sources: source(
      [
        long("function a() {"),
        long("const b = () => {"),
        long("const c = { async c() {", "}};"),
        long("class D { #d() {", "}}"),
        long("class E { constructor() {", "}}"),
        long("export default function () {"),
        long("f(() => {", "});"),
        long("class G { g = async function* () {", "}}"),
      ].join(""),
    ),
    finds: ["a", "b", "c", "d", "constructor", "a function in the module", "a function in the module", "g"].map(
      (name, index) => [`src/task/load.ts:${1 + 61 * index}`, `${name} has 61 lines, 60 at most`],
    ),
  },
  "a long function in a longer one": {
    rule: functionLength,
    sources: source(`function outer() {\n${long("return () => {")}}`),
    finds: [
      ["src/task/load.ts:1", "outer has 63 lines"],
      ["src/task/load.ts:2", "a function in outer has 61 lines"],
    ],
  },
  "tables of data": {
    rule: functionLength,
    sources: source(
      [
        `function a() {\n  return {\n${lines(70, "  ...{ b: [1, f()], c: () => 1 },")}  };\n}`,
        `const b = () => [\n${lines(70, "  1,")}];`,
        `const c = () => ({\n${lines(70, '  "x": {},').replaceAll('"x"', '[f("x")]')}}) as const;`,
      ].join("\n"),
    ),
    finds: [],
  },
  "tables with programs in them": {
    rule: functionLength,
    sources: source(
      [
        `function a() {\n  return {\n${lines(70, "  b,")}  c() { f(); } };\n}`,
        `const b = () => [\n${lines(70, "  1,")}() => { f(); }];`,
        `function c() {\n  f();\n  return [\n${lines(70, "  1,")}];\n}`,
        `const d = () => f([\n${lines(70, "  1,")}]);`,
      ].join("\n"),
    ),
    finds: [
      ["src/task/load.ts:1", "a has"],
      ["src/task/load.ts:75", "b has"],
      ["src/task/load.ts:147", "c has"],
      ["src/task/load.ts:222", "d has"],
    ],
  },
  "a long group of tests": {
    rule: functionLength,
    sources: source(long('describe("a", () => {', "});") + long('describe.each([1])("a", () => {', "});")),
    finds: [["src/task/load.ts:62", "a function in the module"]],
  },
  "four parameters, and `this`": {
    rule: parameters,
    sources: source(
      "function a(this: A, b = 1, { c }, [d], ...e) {}\ntype F = (a: A, b: B, c: C, d: D) => void;\nconst g = (h, i, j, k) => 1;",
    ),
    finds: [],
  },
  "five parameters in every form": {
    rule: parameters,
    sources: source(
      "function a(b, c, d, e, f) {}\nconst g = (b, c, d, e, ...f) => 1;\nclass H { constructor(private b, c, d, e, f = 1) {} }\nclass I { j(b, c, d, e, f) {} }\ntype K = (b: B, c: B, d: B, e: B, f: B) => void;\ninterface L { m(b: B, c: B, d: B, e: B, f: B): void }\ninterface N { o: (b: B, c: B, d: B, e: B, f: B) => void }\ndeclare function p(b, c, d, e, f);",
    ),
    finds: ["a", "g", "constructor", "j", "K", "m", "o", "p"].map((name, index) => [
      `src/task/load.ts:${index + 1}`,
      `${name} has 5 parameters, 4 at most`,
    ]),
  },
});
