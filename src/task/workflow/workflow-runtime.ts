import { readFileSync } from "node:fs";
import sourceFile from "../../../dist/generated/workflow.runtime" with { type: "file" };

/** Returns the code that runs workflows, as the body of a CommonJS module in one line: see `guest/`. */
export function workflowRuntimeSource(): string {
  return readFileSync(sourceFile, "utf8");
}
