import { afterAll, expect, test } from "bun:test";
import fc from "fast-check";
import type { DurableRequest } from "../../../src/domain/durable.ts";
import type { JsonValue } from "../../../src/domain/json.ts";
import { createInlineExecutor } from "../../../src/sandbox/inline.ts";
import {
  type Answer,
  type MemoryHost,
  MemorySession,
  rejected,
  resolved,
} from "../../conformance/durable/memory-session.ts";
import { outputIn } from "../../conformance/durable/run-durably.ts";
import { runAsleep } from "../../conformance/durable/sleeping-runs.ts";

const executors = [createInlineExecutor(), createInlineExecutor()] as const;
afterAll(async () => {
  for (const executor of executors) await executor.stop();
});

const SEED = "a7".repeat(32);

/** Calls double their input, and fail for multiples of 5. Everything that is open at a time is answered in the order of the numbers. */
const host: MemoryHost = {
  recordsInTurns: true,
  answer: (request) => new Promise<Answer>((resolve) => setImmediate(() => resolve(answerTo(request)))),
};

function answerTo(request: DurableRequest): Answer {
  if (request.kind !== "call") return resolved();
  const input = JSON.parse(request.input) as number;
  return input % 5 === 0 ? rejected("DataError", `no ${input}`) : resolved(2 * input);
}

/** Statements of an async function with `seen`, `state`, `note` and `context`. */
const { statements } = fc.letrec<{ statements: string; statement: string; value: string }>((tie) => ({
  value: fc.oneof(
    fc.nat(30).map(String),
    fc.constantFrom(
      "Math.random()",
      "crypto.randomUUID()",
      "state.n",
      "state.made.size",
      "[...state.made].length",
      "typeof performance.now()",
    ),
    fc.nat(30).map((n) => `await context.call("t", ${n}).catch((error) => error.name + error.message)`),
    fc.nat(30).map((n) => `await context.step("s${n % 3}", ({ key }) => [key, ${n}, Math.random()])`),
    fc.nat(30).map((n) => `await context.step("a${n % 3}", async () => { await null; return crypto.randomUUID(); })`),
    fc
      .tuple(tie("value"), tie("value"))
      .map(([a, b]) => `await Promise.all([(async () => ${a})(), (async () => ${b})()])`),
  ),
  statement: fc.oneof(
    { weight: 4, arbitrary: tie("value").map((value) => `seen.push(${value});`) },
    { weight: 2, arbitrary: fc.constant('await context.sleep("1d");') },
    {
      weight: 1,
      arbitrary: fc.constantFrom(
        "state.n += 1;",
        "state.made.add({}); state.made.add(state.n);",
        "note(state.n);",
        "await null;",
        "state.text += 'x'.repeat(500);",
      ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(fc.integer({ min: 1, max: 3 }), tie("statements"))
        .map(([times, body]) => `for (let i = 0; i < ${times}; i++) { ${body} }`),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie("statements"), fc.boolean(), tie("statements"))
        .map(
          ([body, throws, end]) =>
            `try { ${body} ${throws ? "throw new DataError('thrown');" : ""} } catch (error) { seen.push(error.name); } finally { ${end} }`,
        ),
    },
    {
      weight: 1,
      arbitrary: fc
        .tuple(tie("statements"), tie("statements"))
        .map(([a, b]) => `await Promise.all([(async () => { ${a} })(), (async () => { ${b} })()]);`),
    },
    {
      weight: 1,
      arbitrary: tie("statements").map(
        (body) => `for await (const each of (async function* () { ${body} yield state.n; })()) seen.push(each);`,
      ),
    },
  ),
  statements: fc.array(tie("statement"), { minLength: 1, maxLength: 4 }).map((all) => all.join(" ")),
}));

/**
 * What draws randomness beside a step's function that waits may get the randomness of the step: nothing tells the two apart.
 * See docs/guest-api.md.
 */
const drawsBesideSteps = (body: string): boolean => body.includes("Promise.all") && body.includes("await null; return");

const programOf = (body: string): string =>
  `const seen = []; const state = { n: 0, made: new Set(), text: "" }; const note = (n) => seen.push(["noted", n]); ${body} await context.sleep("1d"); return [seen, state.text.length];`;

test("random programs come to the same, awake, asleep at every wait, and repeated over their journal or from any image", async () => {
  await fc.assert(
    fc.asyncProperty(statements, fc.nat(), async (statements, which) => {
      fc.pre(!drawsBesideSteps(statements));
      const body = programOf(statements);
      const [inline] = executors;
      const session = new MemorySession({ runKey: "run", seed: SEED }, host);
      const awake = await outputIn(inline, body, session);
      const slept = await runAsleep(executors, body, { host, start: { seed: SEED } });
      expect(slept.output).toEqual(awake);
      // A crash at the end: everything is recorded.
      const again = async (more: object): Promise<JsonValue> => {
        const strict = new MemorySession(slept.session.again({ strict: true, ...more }));
        const output = await outputIn(inline, body, strict);
        expect(strict.messages).toEqual([]);
        return output;
      };
      expect(await again({})).toEqual(awake);
      const guest = slept.sleeps[which % slept.sleeps.length];
      if (guest !== undefined) expect(await again({ image: guest.image })).toEqual(awake);
    }),
    { numRuns: 60 },
  );
}, 120_000);
