import { checkRules, source } from "./rule-cases.ts";
import { waiting } from "./waiting.ts";

const TEST = "tests/queue/worker.test.ts";

checkRules("rules about waiting in tests", {
  "waits for conditions, turns of the event loop, and guests that wait": {
    rule: waiting,
    sources: source(
      'await eventually(() => done);\nsetImmediate(next);\nconst guest = "() => setTimeout(() => {}, 1)";\nconst at = Date.now();\nclearTimeout(timer);',
      TEST,
    ),
    finds: [],
  },
  "fixed sleeps and timers": {
    rule: waiting,
    sources: source(
      'await Bun.sleep(5);\nBun.sleepSync(5);\nawait new Promise((resolve) => setTimeout(resolve, 5));\nsetInterval(look, 5);\nglobalThis.setTimeout(look, 5);\nimport { setTimeout as sleep } from "node:timers/promises";\nawait globalThis.Bun.sleep(5);',
      TEST,
    ),
    finds: [1, 2, 3, 4, 5, 6, 7].map((line) => [`${TEST}:${line}`, "a time"]),
  },
  "measured times": {
    rule: waiting,
    sources: source(
      "const start = performance.now();\nprocess.cpuUsage(start);\nprocess.hrtime();\nBun.nanoseconds();\nprocess.resourceUsage();",
      TEST,
    ),
    finds: [1, 2, 3, 4, 5].map((line) => [`${TEST}:${line}`, "measures time"]),
  },
  "the same where it belongs": {
    rule: waiting,
    sources: {
      "tests/support/eventually.ts": "await Bun.sleep(5);\nperformance.now();",
      "bench/jobs.ts": "await Bun.sleep(5);\nperformance.now();",
      "src/lib/clock.ts": "setTimeout(run, 5);",
      "tests/corpus/programs/p-limit.ts": "setTimeout(run, 5);",
    },
    finds: [],
  },
});
