import { join } from "node:path";
import { bundleLine } from "../../program/build/bundle-line.ts";

/**
 * Build step: writes the runtime of workflows (`src/task/workflow/guest/`) into `directory`.
 * @returns the written files
 * @throws {Error} if it does not bundle
 */
export function prepareWorkflowRuntime(root: string, directory: string): Promise<readonly string[]> {
  return bundleLine({ entry: join(root, "src/task/workflow/guest/main.ts"), directory, file: "workflow.runtime" });
}
