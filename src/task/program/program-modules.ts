import { readFileSync } from "node:fs";
import sourceFile from "../../../dist/generated/program.modules" with { type: "file" };

/** Returns the code in a bundle that evaluates its modules, as the body of a CommonJS module in one line: see `guest/`. */
export function programModulesSource(): string {
  return readFileSync(sourceFile, "utf8");
}
