import type { ProgramGroup } from "../program.ts";

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
    {
      name: "fetch can be used",
      code: "const { status } = fetch('http://service.test/a'); () => status",
      output: 200,
      sends: [{ url: "http://service.test/a" }],
    },
    {
      name: "a fetch that nobody looks at is sent, and its failure fails the task",
      code: "fetch('http://service.test/'); () => 1",
      http: () => Promise.reject(new Error("no route")),
      fails: "TASK_FAILED",
      message: /no route/,
    },
    {
      name: "timers can be set",
      code: "let n = 0; setTimeout(() => { n += 1; }, 1); () => new Promise((resolve) => setTimeout(() => resolve(n), 5))",
      output: 1,
    },
    {
      name: "crypto.subtle can be used",
      code: "const made = crypto.subtle.digest('SHA-256', new Uint8Array(1)); async () => (await made).byteLength",
      output: 32,
    },
    { name: "randomUUID can be used", code: "const id = crypto.randomUUID(); () => id.length", output: 36 },
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
