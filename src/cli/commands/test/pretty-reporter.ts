import { problemLines } from "../../framework/error-report.ts";
import { type Paint, printable } from "../../framework/output.ts";
import { coverageTable } from "./coverage-report.ts";
import type { TestFailure, TestReport, TestResult } from "./test-report.ts";

/** Formats a report for people. */
export function prettyReport(report: TestReport, paint: Paint): string {
  const lines = report.results.flatMap((result) => resultLines(result, paint));
  if (report.problems.length > 0) lines.push(paint("red", "Files with problems:"));
  lines.push(...report.problems.flatMap((problem) => problemLines(problem, paint)));
  const failed = report.results.filter(({ failure }) => failure !== undefined).length;
  const updated = report.results.filter((result) => result.updated).length;
  const passed = report.results.length - failed;
  const errors = report.problems.filter(({ severity }) => severity === "error").length;
  const counts = [
    paint(passed > 0 ? "green" : "dim", `${passed} passed`),
    paint(failed > 0 ? "red" : "dim", `${failed} failed`),
    ...(updated > 0 ? [paint("yellow", `${updated} updated`)] : []),
    ...(errors > 0 ? [paint("red", `${errors} ${errors === 1 ? "problem" : "problems"} in files`)] : []),
  ];
  lines.push(`${counts.join(", ")} ${paint("dim", `(${Math.round(report.durationMs)} ms)`)}`);
  const coverage = report.coverage === undefined ? "" : coverageTable(report.coverage, paint);
  return `${lines.join("\n")}\n${coverage}`;
}

function resultLines(result: TestResult, paint: Paint): string[] {
  const { task, name, file, durationMs, failure, unusedMocks, updated } = result;
  const title = printable(`${task}: ${name}`);
  if (failure === undefined) {
    const word = updated ? paint("yellow", "new ") : paint("green", "pass");
    return [`${word}  ${title} ${paint("dim", `(${durationMs.toFixed(1)} ms)`)}`, ...mockLines(unusedMocks, paint)];
  }
  return [
    `${paint("red", "FAIL")}  ${paint("bold", title)}`,
    `      ${paint("dim", printable(file))}`,
    ...failureLines(result, failure, paint),
  ];
}

function mockLines(mocks: readonly string[], paint: Paint): string[] {
  return mocks.map((mock) => `      ${paint("yellow", "unused mock:")} ${printable(mock)}`);
}

function failureLines({ unusedMocks }: TestResult, failure: TestFailure, paint: Paint): string[] {
  return [
    `      ${printable(failure.message)}`,
    ...failure.differences.map((line) => `        ${paint("yellow", printable(line))}`),
    ...mockLines(unusedMocks, paint),
    ...failure.logs.map(({ level, message }) => `      ${paint("dim", `[${level}] ${printable(message)}`)}`),
  ];
}
