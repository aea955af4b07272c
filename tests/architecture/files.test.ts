// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the sources under test hold template strings
import { barrels, names } from "./files.ts";
import { checkRules, source } from "./rule-cases.ts";

checkRules("rules about names and exports", {
  "names that say what is inside": {
    rule: names,
    sources: { "src/task/content-types.ts": "", "src/lib/lru.ts": "", "src/api/sharedness.ts": "" },
    finds: [],
  },
  "names for anything": {
    rule: names,
    sources: { "src/lib/utils.ts": "", "src/task/helpers/a.ts": "", "src/task/types.ts": "", "src/lib/common.ts": "" },
    finds: [
      ["src/lib/utils.ts:1", "utils.ts"],
      ["src/task/helpers/a.ts:1", "helpers"],
      ["src/task/types.ts:1", "types.ts"],
      ["src/lib/common.ts:1", "common.ts"],
    ],
  },
  "exports of what is defined here": {
    rule: barrels,
    sources: source('import { a } from "./a.ts";\nconst b = a;\nexport { b };\nexport function c() {}'),
    finds: [],
  },
  "re-exports in every form": {
    rule: barrels,
    sources: source(
      'export * from "./a.ts";\nexport * as b from "./b.ts";\nexport { c } from "./c.ts";\nexport type { D } from "./d.ts";\nimport { e } from "./e.ts";\nexport { e };',
    ),
    finds: [1, 2, 3, 4, 6].map((line) => [`src/task/load.ts:${line}`, "another module's export"]),
  },
});
