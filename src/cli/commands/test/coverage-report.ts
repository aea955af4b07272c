import type { Paint } from "../../framework/output.ts";
import { table } from "../../framework/table.ts";
import type { FileCoverage } from "./coverage.ts";

/** Formats the coverage of files as a table for people. */
export function coverageTable(files: readonly FileCoverage[], paint: Paint): string {
  if (files.length === 0) return "";
  const rows = files.map(({ file, lines, covered, uncovered }) => [
    percent(covered, lines),
    `${covered}/${lines}`,
    file,
    uncovered.join(", "),
  ]);
  const [lines, covered] = [sum(files.map((one) => one.lines)), sum(files.map((one) => one.covered))];
  if (files.length > 1) rows.push([percent(covered, lines), `${covered}/${lines}`, "all files", ""]);
  return table(["covered", "lines", "file", "lines that no test ran"], rows, paint);
}

function percent(part: number, whole: number): string {
  return whole === 0 ? "100 %" : `${Math.floor((part / whole) * 1_000) / 10} %`;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, one) => total + one, 0);
}
