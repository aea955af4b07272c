import type { JsonValue } from "../../../src/domain/json.ts";
import { compileWorkflow } from "../../../src/task/workflow/compile-workflow.ts";
import { readWorkflow } from "../../../src/task/workflow/read-workflow.ts";
import { type Answer, type FakeContext, type FakeOperation, fakeContext } from "./fake-context.ts";

/** How a run of a workflow ended. */
export type RunEnd = { output: JsonValue } | { error: Error & Record<string, unknown> } | "open";

/** A run of a compiled workflow with a fake context. */
export interface CompiledRun extends FakeContext {
  end(): RunEnd;
}

/** Compiles a workflow, and calls the function of its program here, without a sandbox. */
export async function startCompiled(
  text: string,
  input: JsonValue,
  answer: Answer,
  isLate?: (operation: FakeOperation) => boolean,
): Promise<CompiledRun> {
  const { workflow, problems } = await readWorkflow(text, "workflow.yaml");
  if (workflow === undefined) throw new Error(JSON.stringify(problems));
  const { code } = compileWorkflow(workflow, { text, fileName: "workflow.yaml" });
  // biome-ignore lint/security/noGlobalEval: a program is a script whose value is a function
  const main = globalThis.eval(code) as (input: JsonValue, context: object) => Promise<JsonValue>;
  const fake = fakeContext(answer, isLate);
  let end: RunEnd = "open";
  main(structuredClone(input), fake.context).then(
    (output) => {
      end = { output: JSON.parse(JSON.stringify(output)) };
    },
    (error) => {
      end = { error };
    },
  );
  return { ...fake, end: () => end };
}

/** Runs a workflow to its end. @param choose see `settle` of the context */
export async function runCompiled(
  text: string,
  input: JsonValue,
  answer: Answer,
  choose?: (open: readonly FakeOperation[]) => number,
): Promise<CompiledRun> {
  const run = await startCompiled(text, input, answer);
  await run.settle(choose);
  return run;
}

/** Shows operations as `number label method name input`. */
export function shown(operations: readonly FakeOperation[]): string[] {
  return operations.map(({ number, label, method, name, input, undoes }) =>
    [
      number,
      label,
      method,
      name,
      input === undefined ? "" : JSON.stringify(input),
      undoes === undefined ? "" : `undoes ${undoes}`,
    ]
      .filter((part) => part !== "")
      .join(" "),
  );
}
