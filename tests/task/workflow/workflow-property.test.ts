import { expect, test } from "bun:test";
import fc from "fast-check";
import { startCompiled } from "./run-compiled.ts";
import {
  isWithdrawn,
  type ModelBranch,
  type ModelState,
  type ModelStep,
  newModel,
  operationEnded,
} from "./workflow-model.ts";

const MAX_STEPS = 9;

const branch = (name: string): fc.Arbitrary<ModelBranch> =>
  fc.record({
    name: fc.constant(name),
    fails: fc.boolean(),
    continues: fc.boolean(),
    compensate: fc.boolean(),
  });

/** A step, with numbers that choose what it depends on and where it goes. */
const drawnStep = fc.record({
  kind: fc.constantFrom<ModelStep["kind"]>("task", "task", "task", "output", "parallel", "sleep"),
  dependsOn: fc.array(fc.nat(MAX_STEPS), { maxLength: 3 }),
  if: fc.integer({ min: 0, max: 5 }).map((drawn) => drawn > 0),
  fails: fc.integer({ min: 0, max: 3 }).map((drawn) => drawn === 0),
  onError: fc.constantFrom<"fail" | "continue" | "goTo">("fail", "continue", "goTo", "goTo"),
  goTo: fc.nat(MAX_STEPS),
  compensate: fc.boolean(),
  branches: fc.tuple(branch("a"), branch("b"), branch("c")),
  isTarget: fc.integer({ min: 0, max: 3 }).map((drawn) => drawn === 0),
});

/** Steps depend on earlier ones, and go to later ones on which nothing depends. */
const workflow: fc.Arbitrary<ModelStep[]> = fc.array(drawnStep, { minLength: 1, maxLength: MAX_STEPS }).map((drawn) =>
  drawn.map((step, index): ModelStep => {
    const before = drawn.flatMap(({ isTarget }, at) => (at < index && !isTarget ? [`s${at}`] : []));
    const later = drawn.flatMap(({ isTarget }, at) => (at > index && isTarget ? [`s${at}`] : []));
    const target = later[step.goTo % Math.max(1, later.length)];
    const after = before.length === 0 ? [] : step.dependsOn.map((one) => before[one % before.length] ?? "s0");
    return {
      name: `s${index}`,
      kind: step.kind,
      after: [...new Set(after)],
      if: step.if,
      fails: step.fails && step.kind !== "parallel",
      // An expression that fails does so at once. Which of the steps that could start had started then is not specified.
      onError:
        step.onError === "fail" && step.kind === "output"
          ? "continue"
          : step.onError !== "goTo"
            ? step.onError
            : target === undefined
              ? "continue"
              : { goTo: target },
      compensate: step.compensate && step.kind === "task",
      branches: step.kind === "parallel" ? step.branches : [],
    };
  }),
);

function yamlOf(steps: readonly ModelStep[]): string {
  const lines = steps.flatMap((step) => {
    const [referred, ...after] = step.after;
    const reference = referred === undefined ? "" : `void steps.${referred}, `;
    const onError = typeof step.onError === "string" ? step.onError : `{ goTo: ${step.onError.goTo} }`;
    const common = [`if: "\${ ${reference}${step.if} }"`, `after: [${after.join(", ")}]`, `onError: ${onError}`];
    return [`  ${step.name}:`, ...[...kindOf(step), ...common].map((line) => `    ${line}`)];
  });
  const shown =
    "Object.fromEntries(Object.entries(steps).map(([name, { status, output }]) => [name, [status, output]]))";
  return `steps:\n${lines.join("\n")}\noutput: \${ ${shown} }\n`;
}

function kindOf(step: ModelStep): string[] {
  switch (step.kind) {
    case "task":
      return [
        `task: ${step.fails ? "fails" : "works"}`,
        `input: ${step.name}`,
        ...compensation(step.compensate, step.name),
      ];
    case "sleep":
      return [`sleep: ${step.fails ? 666 : 1}`];
    case "output":
      return [`output: "\${ ${step.fails ? "(() => { throw 1 })()" : `'${step.name}'`} }"`];
    case "parallel":
      return [
        "parallel:",
        ...step.branches.flatMap(({ name, fails, continues, compensate }) => [
          `  ${name}:`,
          `    task: ${fails ? "fails" : "works"}`,
          `    input: ${step.name}.${name}`,
          ...(continues ? ["    onError: continue"] : []),
          ...compensation(compensate, `${step.name}.${name}`).map((line) => `    ${line}`),
        ]),
      ];
  }
}

function compensation(compensate: boolean, path: string): string[] {
  return compensate ? [`compensate: { task: undo, input: ${path} }`] : [];
}

/** The output that the workflow should have. */
function outputOf(steps: readonly ModelStep[], { status, branches }: ModelState): object {
  return Object.fromEntries(
    steps.map((step) => {
      const is = status.get(step.name);
      const parts = step.branches.map(({ name }) => {
        const path = `${step.name}.${name}`;
        return [name, branches.get(path) === "completed" ? path : null];
      });
      const whole = step.kind === "parallel" ? Object.fromEntries(parts) : step.kind === "sleep" ? null : step.name;
      return [step.name, [is, is === "completed" ? whole : null]];
    }),
  );
}

test("random workflows do what the model says, in every order in which their operations end", async () => {
  await fc.assert(
    fc.asyncProperty(
      workflow,
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
