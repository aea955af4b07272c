// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources under test hold template strings
import { importTime, moduleState } from "./import-time.ts";
import { checkRules, source } from "./rule-cases.ts";

checkRules("rules about what an import does", {
  declarations: {
    rule: importTime,
    sources: source(
      'import "./a.ts";\nexport type A = 1;\nexport interface B {}\nexport function c() { f(); }\nexport const d = () => f();\nconst e = new Map([[1, Object.freeze({ a: [..."x"], ["k"]: `${1}` })]]);\nexport const n = ["a", "b"].map((x) => x.length) as const;\nexport class G { static readonly h = 1; i = f(); }\nexport default async function j() {}\ndeclare const k: number;\nconst r = /x/.source + String.raw`y`;',
    ),
    finds: [],
  },
  "work at import time": {
    rule: importTime,
    sources: source(
      'f();\nconst a = f();\nexport const b = { c: [await g()] };\nif (a) f();\nclass D { static { f(); } }\nclass E { static x = f(); }\nexport default make({});\nprocess.on("exit", f);\nglobalThis.x = 1;\nconst w = new Worker("x");\nfor (const x of [1]) f(x);\nconst y = import("./z.ts");\nconst s = tag`x`;\nlet n = 0, m = n++;\nexport const t = await f();',
    ),
    finds: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15].map((line) => [
      `src/task/load.ts:${line}`,
      "runs when the module is imported",
    ]),
  },
  "work in entry files": {
    rule: importTime,
    sources: { "src/main.ts": "f();", "src/sandbox/quickjs/worker.ts": "f();", "src/task/schema-worker.ts": "f();" },
    finds: [],
  },
  constants: {
    rule: moduleState,
    sources: source("export const A = 1;\nconst B = new Map([[1, 2]]);\nconst c = () => { let d = 1; };"),
    finds: [],
  },
  "state of a module": {
    rule: moduleState,
    sources: source("let a = 1;\nexport let b;\nconst c = new Map();\nexport const d = new WeakSet();\nvar e;"),
    finds: [1, 2, 3, 4, 5].map((line) => [`src/task/load.ts:${line}`, "state of a module"]),
  },
});
