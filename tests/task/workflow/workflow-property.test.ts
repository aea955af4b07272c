import { expect, test } from "bun:test";
import fc from "fast-check";
import { outputOf, randomWorkflow, yamlOf } from "./random-workflow.ts";
import { startCompiled } from "./run-compiled.ts";
import { isWithdrawn, newModel, operationEnded } from "./workflow-model.ts";

test("random workflows do what the model says, in every order in which their operations end", async () => {
  await fc.assert(
    fc.asyncProperty(
      randomWorkflow,
      fc.array(fc.nat(), { minLength: 40, maxLength: 40 }),
      fc.array(fc.boolean(), { minLength: 9, maxLength: 9 }),
      async (steps, choices, late) => {
        const state = newModel(steps);
        const isLate = ({ number }: { number: number }) => late[number % late.length] ?? false;
        const run = await startCompiled(
          yamlOf(steps),
          {},
          ({ name, input }) => {
            if (name === "fails" || name === "666") return { error: String(input ?? "sleep") };
            return { output: input ?? null };
          },
          isLate,
        );
        const open = new Set<string>();
        let seen = 0;
        const check = () => {
          for (const { label, undoes } of run.operations.slice(seen)) if (undoes === undefined) open.add(label);
          seen = run.operations.length;
          expect([...open].sort()).toEqual([...state.open].sort());
        };
        // The operations of the run so far, without what undoes others.
        const turn = choices[Symbol.iterator]();
        const labels: string[] = [];
        await run.settle((candidates) => {
          if (labels.length > 0) {
            const label = labels.pop() ?? "";
            open.delete(label);
          }
          const at = (turn.next().value ?? 0) % candidates.length;
          const chosen = candidates[at];
          if (chosen === undefined) throw new Error("nothing is open");
          check();
          if (chosen.undoes !== undefined) return at;
          const step = { name: chosen.label.split(".")[0] ?? "" };
          operationEnded(steps, state, chosen.label, isWithdrawn(state, step) && !isLate(chosen));
          labels.push(chosen.label);
          return at;
        });
        const end = run.end();
        if (state.failure === undefined) {
          expect(end).toEqual({ output: outputOf(steps, state) as never });
          expect(run.operations.some(({ undoes }) => undoes !== undefined)).toBe(false);
          return;
        }
        const undone = run.operations.filter(({ undoes }) => undoes !== undefined);
        expect(undone.map(({ label }) => label)).toEqual(state.undoable.toReversed());
        for (const { label, undoes } of undone) expect(run.operations[(undoes ?? 0) - 1]?.label).toBe(label);
        if (!("error" in Object(end))) throw new Error("it has not failed");
        const { error } = end as { error: Error };
        const failed = steps.find(({ name }) => name === state.failure);
        expect(error.name).toBe(failed?.kind === "sleep" ? "sleep" : (state.failure ?? ""));
      },
    ),
    { numRuns: 400 },
  );
});
