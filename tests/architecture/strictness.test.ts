// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources under test hold template strings

import { checkRules, source } from "./rule-cases.ts";
import { classes, strictness } from "./strictness.ts";

checkRules("rules about types and classes", {
  "typed code": {
    rule: strictness,
    sources: source("// any! @ts-ignore is forbidden\nlet a: unknown;\nconst b = !a;\nconst many = 'any';"),
    finds: [],
  },
  "ways around the type checker": {
    rule: strictness,
    sources: source(
      "const a: any = 1;\nconst b = a as any;\nconst c = b!;\n// @ts-ignore\n/* @ts-nocheck */\nlet d!: string;\nclass E { f!: string; }\n// @ts-expect-error: no",
    ),
    finds: [
      ["src/task/load.ts:1", "any:"],
      ["src/task/load.ts:2", "any:"],
      ["src/task/load.ts:3", "non-null"],
      ["src/task/load.ts:6", "definite"],
      ["src/task/load.ts:7", "definite"],
      ["src/task/load.ts:4", "@ts-ignore"],
      ["src/task/load.ts:5", "@ts-nocheck"],
      ["src/task/load.ts:8", "@ts-expect-error"],
    ],
  },
  "classes that keep something": {
    rule: classes,
    sources: source(
      "class A extends Error {}\nclass B { #x = 1; get() { return this.#x; } }\nclass C { constructor(readonly d: string) {} }",
    ),
    finds: [],
  },
  "classes that keep nothing": {
    rule: classes,
    sources: source("class A { static a() {} }\nexport const b = class { f() {} };\nclass C {}"),
    finds: [1, 2, 3].map((line) => [`src/task/load.ts:${line}`, "keeps nothing"]),
  },
});
