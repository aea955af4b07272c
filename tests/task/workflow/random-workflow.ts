import fc from "fast-check";
import type { ModelBranch, ModelState, ModelStep } from "./workflow-model.ts";

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
export const randomWorkflow: fc.Arbitrary<ModelStep[]> = fc
  .array(drawnStep, { minLength: 1, maxLength: MAX_STEPS })
  .map((drawn) =>
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

/** Writes a workflow as a file, whose output says how each step has ended. */
export function yamlOf(steps: readonly ModelStep[]): string {
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
export function outputOf(steps: readonly ModelStep[], { status, branches }: ModelState): object {
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
