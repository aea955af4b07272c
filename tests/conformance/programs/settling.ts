import type { ProgramGroup } from "../program.ts";
import { silent } from "../request.ts";

/** When a task has ended, and when it never can. */
export const settling: ProgramGroup = {
  title: "settling",
  programs: [
    {
      name: "a promise nobody can settle fails at once",
      code: "() => new Promise(() => {})",
      fails: "NEVER_SETTLED",
    },
    {
      name: "so does one that waits for itself",
      code: "() => { const a = Promise.resolve().then(() => a2); const a2 = new Promise((r) => a.then(r)); return a2; }",
      fails: "NEVER_SETTLED",
    },
    {
      name: "so does one that is left after the last timer",
      code: "() => { setTimeout(() => {}, 5); return new Promise(() => {}); }",
      fails: "NEVER_SETTLED",
    },
    {
      name: "so does one that is left after the last fetch",
      code: "async () => { await fetch('http://service.test/'); await new Promise(() => {}); }",
      fails: "NEVER_SETTLED",
    },
    {
      name: "so does one that is left after the last crypto call",
      code: "async () => { await crypto.subtle.digest('SHA-256', new Uint8Array(1)); await new Promise(() => {}); }",
      fails: "NEVER_SETTLED",
    },
    {
      name: "a cleared timer is nothing to wait for",
      code: "() => { clearTimeout(setTimeout(() => {}, 60_000)); return new Promise(() => {}); }",
      fails: "NEVER_SETTLED",
    },
    {
      name: "an interval keeps a promise possible until the time is over",
      code: "() => { setInterval(() => {}, 5); return new Promise(() => {}); }",
      limits: { timeMs: 60 },
      fails: "TIME_LIMIT",
    },
    {
      name: "timers that are left do not hold up the end",
      code: "() => { setTimeout(() => { throw new Error('late'); }, 60_000); setInterval(() => {}, 1); return 'ended'; }",
      output: "ended",
    },
    {
      name: "a fetch nobody looked at is finished before the end",
      code: "() => { fetch('http://service.test/', { method: 'POST' }, 'body'); return 'sent'; }",
      output: "sent",
      sends: [{ method: "POST", body: "body" }],
    },
    {
      name: "what depends on such a fetch still runs",
      code: "() => { fetch('http://service.test/').then((r) => console.log('then', r.status)); return 1; }",
      output: 1,
      logs: [["info", "then 200"]],
    },
    {
      name: "a fetch that never answers is ended by the time limit",
      code: "() => { fetch('http://service.test/'); return 1; }",
      http: silent,
      limits: { timeMs: 60 },
      fails: "TIME_LIMIT",
    },
    {
      name: "the first settling counts",
      code: "() => new Promise((resolve, reject) => { resolve(1); reject(new Error('no')); resolve(2); throw new Error('no'); })",
      output: 1,
    },
    {
      name: "work after the return is dropped",
      code: "() => { Promise.resolve().then(() => { throw null; }).catch(() => {}); setTimeout(() => console.log('late'), 1); return 1; }",
      output: 1,
      logs: [],
    },
  ],
};
