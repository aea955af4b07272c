import type { ProgramGroup } from "../program.ts";

const input = { num1: 2, num2: 3 };

/** How a program can say which function it is. */
export const forms: ProgramGroup = {
  title: "program forms",
  programs: [
    ["an expression in brackets", "(function (input) { return input.num1 + input.num2; })"],
    ["an arrow", "(input) => input.num1 + input.num2"],
    ["an arrow after a comment", "// adds\n/* two */ ({ num1, num2 }) => num1 + num2"],
    ["an async arrow", "async ({ num1, num2 }) => num1 + num2"],
    ["a named function expression", "(function add({ num1, num2 }) { return num1 + num2; });"],
    ["function main", "function main(input) { return input.num1 + input.num2; }"],
    ["function main and main;", "function main(input) { return input.num1 + input.num2; }\nmain;"],
    ["async function main", "async function main(input) { await null; return input.num1 + input.num2; }"],
    ["const main, then main", "const main = (input) => input.num1 + input.num2;\nmain"],
    ["class with a static method", "class Task { static main(input) { return input.num1 + input.num2; } }\nTask.main"],
    ["var main", "var main = (input) => input.num1 + input.num2;"],
    ["module.exports = function", "module.exports = function (input) { return input.num1 + input.num2; };"],
    ["module.exports = { main }", "const main = ({ num1, num2 }) => num1 + num2;\nmodule.exports = { main };"],
    ["module.exports.main", "module.exports.main = ({ num1, num2 }) => num1 + num2; undefined"],
    ["exports.default", "exports.default = ({ num1, num2 }) => num1 + num2; undefined"],
    ["default before main", "module.exports = { main: () => 'main', default: ({ num1, num2 }) => num1 + num2 }; 0"],
    ["an object with default that has main", "({ default: { main: ({ num1, num2 }) => num1 + num2 } })"],
    [
      "strict mode",
      "'use strict';\n(function ({ num1, num2 }) { return this === undefined ? num1 + num2 : 'sloppy'; })",
    ],
    [
      "generators inside",
      "(input) => { function* all() { yield* Object.values(input); } let n = 0; for (const v of all()) n += v; return n; }",
    ],
    ["a bound function", "(function (a, input) { return a + input.num2; }).bind(null, 2)"],
    ["a proxy of a function", "new Proxy(() => 0, { apply: (_target, _self, [input]) => input.num1 + input.num2 })"],
  ].map(([name = "", code = ""]) => ({ name, code, input, output: 5 })),
};
