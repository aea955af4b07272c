import { afterAll, expect, test } from "bun:test";
import fc from "fast-check";
import type { DurableRequest, DurableStart } from "../../../src/domain/durable.ts";
import { readText } from "../../../src/domain/shared-text.ts";
import { createInlineExecutor } from "../../../src/sandbox/inline.ts";
import { compileWorkflow } from "../../../src/task/workflow/compile-workflow.ts";
import { readWorkflow } from "../../../src/task/workflow/read-workflow.ts";
import { MemorySession, rejected, resolved } from "../../conformance/durable/memory-session.ts";
import type { EndedOutcome } from "../../conformance/request.ts";
import { run } from "../../conformance/request.ts";
import { eventually } from "../../support/eventually.ts";
import { outputOf, randomWorkflow, yamlOf } from "./random-workflow.ts";
import { isWithdrawn, type ModelState, type ModelStep, newModel, operationEnded } from "./workflow-model.ts";

const executor = createInlineExecutor();
afterAll(() => executor.stop());

/** An execution of a run, which can be killed and continued over the journal by another one. */
interface Attempt {
  session: MemorySession;
  outcome: Promise<EndedOutcome>;
  kill(): Promise<unknown>;
}

function begin(code: string, session: MemorySession): Attempt {
  const stop = new AbortController();
  const outcome = run(executor, code, { durable: session, signal: stop.signal });
  return {
    session,
    outcome,
    kill() {
      stop.abort();
      return outcome;
    },
  };
}

/** What the next execution begins with. One that was killed before it said anything has no seed yet. */
function restarted(session: MemorySession): DurableStart {
  const { seed, ...start } = session.again();
  return seed === "" || seed === undefined ? start : { ...start, seed };
}

const host = { answer: () => "later" as const };

/** The operations that are open. */
function openIn({ journal }: MemorySession): { number: number; request: DurableRequest }[] {
  return [...journal.values()].filter(({ result }) => result === undefined);
}

const isUndoing = ({ request }: { request: DurableRequest }) => request.undoes !== undefined;
const labelsOf = (open: readonly { request: DurableRequest }[]) =>
  open.map(({ request }) => request.label ?? "").sort();

function resultOf({ request }: { request: DurableRequest }) {
  const label = request.label ?? "";
  if (request.kind === "sleep") return resolved(undefined);
  return "task" in request && request.task === "fails" ? rejected(label, "it failed") : resolved(label);
}

/** Settles in the model what was withdrawn. That may end a step with which the run fails, so that more is withdrawn. */
function settleWithdrawn(steps: readonly ModelStep[], state: ModelState): void {
  const next = () => [...state.open].find((path) => isWithdrawn(state, { name: path.split(".")[0] ?? "" }));
  for (let path = next(); path !== undefined; path = next()) operationEnded(steps, state, path, true);
}

test("random workflows do what the model says in the sandbox, also when they are killed and continue over their journal", async () => {
  await fc.assert(
    fc.asyncProperty(
      randomWorkflow.map((steps) => steps.map((step) => (step.kind === "sleep" ? { ...step, fails: false } : step))),
      fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
      fc.array(fc.nat(30), { maxLength: 3 }),
      async (steps, choices, kills) => {
        const text = yamlOf(steps);
        const { workflow } = await readWorkflow(text, "workflow.yaml");
        if (workflow === undefined) throw new Error(text);
        const { code } = compileWorkflow(workflow, { text, fileName: "workflow.yaml" });
        const state = newModel(steps);
        let attempt = begin(code, new MemorySession(undefined, host));
        for (let turn = 0; ; turn++) {
          if (kills.includes(turn)) {
            await attempt.kill();
            attempt = begin(code, new MemorySession(restarted(attempt.session), host));
          }
          const { session } = attempt;
          const asked = () => openIn(session).filter((one) => !isUndoing(one));
          await eventually(() => Bun.deepEquals(labelsOf(asked()), [...state.open].sort()));
          const open = openIn(session).sort((a, b) => a.number - b.number);
          const chosen = open[(choices[turn % choices.length] ?? 0) % Math.max(1, open.length)];
          if (chosen === undefined) {
            // Either it is over, or its next compensation has not begun.
            if (state.failure === undefined) break;
            const next = await Promise.race([attempt.outcome, eventually(() => openIn(session).length > 0)]);
            if (next !== true && next !== undefined) break;
            continue;
          }
          session.settle(chosen.number, isUndoing(chosen) ? resolved(null) : resultOf(chosen));
          if (isUndoing(chosen)) continue;
          operationEnded(steps, state, chosen.request.label ?? "", false);
          settleWithdrawn(steps, state);
        }
        const outcome = await attempt.outcome;
        const undone = [...attempt.session.journal.values()].filter(isUndoing).sort((a, b) => a.number - b.number);
        if (state.failure === undefined) {
          if (outcome.status !== "completed") throw outcome.error;
          expect(JSON.parse(readText(outcome.outputJson))).toEqual(outputOf(steps, state));
          expect(undone).toEqual([]);
          return;
        }
        if (outcome.status === "completed") throw new Error("it has completed");
        expect(outcome.error.guest?.name).toBe(state.failure);
        expect(undone.map(({ request }) => request.label ?? "")).toEqual(state.undoable.toReversed());
      },
    ),
    { numRuns: 60 },
  );
}, 120_000);
