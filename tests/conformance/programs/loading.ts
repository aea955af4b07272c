import type { ConformanceProgram, ProgramGroup } from "../program.ts";

const refused = (name: string, code: string, message: RegExp): ConformanceProgram => ({
  name: `${name} can't be used while the program loads`,
  code,
  fails: "TASK_FAILED",
  message,
});

/** What a program may do at its top level, and what it is told when it does more. */
export const loading: ProgramGroup = {
  title: "loading",
  programs: [
    {
      name: "a syntax error names file and line",
      code: "\n\nfunction main( {",
      fails: "TASK_INVALID",
      message: /main\.js:3.*SyntaxError/,
      data: { file: "main.js", line: 3 },
    },
    {
      name: "an error at the top level names file and line",
      code: "\nthrow new ConfigurationError('not set up');\n() => 1",
      fails: "TASK_FAILED",
      message: /main\.js:2: ConfigurationError: not set up/,
      data: { file: "main.js", line: 2 },
    },
    { name: "no function", code: "42", fails: "TASK_INVALID", message: /main\.js: .*no function/ },
    { name: "nothing at all", code: "", fails: "TASK_INVALID", message: /no function/ },
    { name: "a getter for main that throws", code: "({ get main() { throw 1; } })", fails: "TASK_INVALID" },
    {
      name: "a loop at the top level is ended",
      code: "for (;;);",
      limits: { timeMs: 60 },
      fails: "TIME_LIMIT",
    },
    {
      name: "a loop of promises at the top level is ended",
      code: "(function again() { Promise.resolve().then(again); })(); () => 1",
      limits: { timeMs: 60 },
      fails: "TIME_LIMIT",
    },
    refused(
      "fetch",
      "fetch('http://service.test/'); () => 1",
      /main\.js:1: .*fetch can't be used while the program loads/,
    ),
    refused("setTimeout", "\nsetTimeout(() => {}, 1); () => 1", /main\.js:2: .*setTimer can't be used/),
    refused("crypto.subtle", "crypto.subtle.digest('SHA-256', new Uint8Array(1)); () => 1", /subtle can't be used/),
    refused("randomUUID", "crypto.randomUUID(); () => 1", /random can't be used/),
    {
      name: "the console can be used",
      code: "console.log('loading'); () => 1",
      output: 1,
      logs: [["info", "loading"]],
    },
    {
      name: "classes, URLs and encoders can be used",
      code: "const url = new URL('http://a.test/'); const bytes = new TextEncoder().encode('ab'); () => [url.host, bytes.length]",
      output: ["a.test", 2],
    },
    {
      name: "top-level state is fresh for every execution",
      code: "let count = 0; const seen = new Set(); (input) => { count += 1; seen.add(input); return [count, seen.size]; }",
      output: [1, 1],
    },
  ],
};
