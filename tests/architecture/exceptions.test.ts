import { except } from "./exceptions.ts";
import { checkRules, source } from "./rule-cases.ts";
import { parameters } from "./sizes.ts";

checkRules("exceptions from rules", {
  "what an exception names": {
    rule: except({ "src/task/load.ts": ["a", "a function in b"] }, parameters),
    sources: source("function a(b, c, d, e, f) {}\nfunction b() { g((b, c, d, e, f) => 1); }"),
    finds: [],
  },
  "the like elsewhere, and a second one in the same place": {
    rule: except({ "src/task/load.ts": ["a"] }, parameters),
    sources: {
      ...source("const a = { a(b, c, d, e, f) {} };\nfunction a(b, c, d, e, f) {}\nfunction ab(b, c, d, e, f) {}"),
      ...source("function a(b, c, d, e, f) {}", "src/task/save.ts"),
    },
    finds: [
      ["src/task/load.ts:2", "a has 5"],
      ["src/task/load.ts:3", "ab has 5"],
      ["src/task/save.ts:1", "a has 5"],
    ],
  },
  "an exception that is no longer needed": {
    rule: except({ "src/task/load.ts": ["a", "b"], "src/task/gone.ts": ["c"] }, parameters),
    sources: source("function a(b, c, d, e, f) {}\nfunction b() {}"),
    finds: [
      ["tests/architecture/exceptions.ts:1", "src/task/load.ts b keeps the rule now"],
      ["tests/architecture/exceptions.ts:1", "src/task/gone.ts c keeps the rule now"],
    ],
  },
});
