import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

/**
 * Build step: writes the runtime of workflows (`src/task/workflow/guest/`) into `directory`, as the body of a CommonJS module in
 * a single line.
 * @returns the written files
 * @throws {Error} if it does not bundle
 */
export async function prepareWorkflowRuntime(root: string, directory: string): Promise<readonly string[]> {
  const result = await Bun.build({
    entrypoints: [join(root, "src/task/workflow/guest/main.ts")],
    format: "cjs",
    target: "browser",
    env: "disable",
    minify: true,
    throw: false,
  });
  const [output] = result.outputs;
  if (!result.success || output === undefined) throw new AggregateError(result.logs, "workflow runtime did not bundle");
  const text = (await output.text()).trim();
  // The expressions of a workflow stand on the lines after it.
  if (text.includes("\n")) throw new Error("the workflow runtime needs more than one line");
  await mkdir(directory, { recursive: true });
  const path = join(directory, "workflow.runtime");
  await writeFile(path, text);
  return [path];
}
