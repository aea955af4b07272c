import type { Problem } from "../../../domain/problem.ts";
import { defined } from "../../../lib/defined.ts";
import { problemJson } from "../../framework/error-report.ts";
import type { TestFailure, TestReport, TestResult } from "./test-report.ts";

/** A report as JSON. */
export function jsonReport(report: TestReport): string {
  const failed = report.results.filter(({ failure }) => failure !== undefined).length;
  const shown = {
    passed: report.results.length - failed,
    failed,
    durationMs: report.durationMs,
    tests: report.results.map(({ failure, ...result }) => ({
      ...result,
      status: failure === undefined ? "passed" : "failed",
      ...defined({ failure }),
    })),
    problems: report.problems.map(problemJson),
    ...defined({ coverage: report.coverage }),
  };
  return `${JSON.stringify(shown)}\n`;
}

/** A report as JUnit XML, the form that continuous integration servers read: one suite a task. */
export function junitReport(report: TestReport): string {
  // Tasks of several paths may have the same label.
  const suites = Map.groupBy(report.results, ({ origin }) => origin).values();
  const errors = report.problems.filter(({ severity }) => severity === "error");
  const failures = report.results.filter(({ failure }) => failure !== undefined).length;
  const lines = [
    '<?xml version="1.0" encoding="UTF-8"?>',
    `<testsuites name="ratchet" tests="${report.results.length + errors.length}" failures="${failures}" ` +
      `errors="${errors.length}" time="${seconds(report.durationMs)}">`,
  ];
  for (const results of suites) {
    const failed = results.filter(({ failure }) => failure !== undefined).length;
    const time = seconds(results.reduce((sum, { durationMs }) => sum + durationMs, 0));
    lines.push(
      `  <testsuite name="${xml(results[0]?.task ?? "")}" tests="${results.length}" failures="${failed}" errors="0" time="${time}">`,
      ...results.flatMap(junitCase),
      "  </testsuite>",
    );
  }
  if (errors.length > 0) {
    lines.push(`  <testsuite name="files" tests="${errors.length}" failures="0" errors="${errors.length}" time="0">`);
    for (const problem of errors) {
      lines.push(
        `    <testcase classname="files" name="${xml(problem.file)}" file="${xml(problem.file)}" time="0">`,
        `      <error message="${xml(problem.message)}">${xml(problemText(problem))}</error>`,
        "    </testcase>",
      );
    }
    lines.push("  </testsuite>");
  }
  return `${[...lines, "</testsuites>"].join("\n")}\n`;
}

/** A report in the Test Anything Protocol, version 14 (https://testanything.org/tap-version-14-specification.html). */
export function tapReport(report: TestReport): string {
  const errors = report.problems.filter(({ severity }) => severity === "error");
  const lines = ["TAP version 14", `1..${report.results.length + errors.length}`];
  let number = 0;
  for (const { task, name, file, durationMs, failure, unusedMocks } of report.results) {
    lines.push(`${failure === undefined ? "ok" : "not ok"} ${++number} - ${tapText(`${task}: ${name}`)}`);
    lines.push(...diagnosis({ file, duration_ms: durationMs, ...failure, unusedMocks }));
  }
  for (const problem of errors) {
    lines.push(`not ok ${++number} - ${tapText(problem.file)}`, ...diagnosis({ ...problem }));
  }
  for (const problem of report.problems) {
    if (problem.severity === "warning") lines.push(`# warning: ${problemText(problem).replaceAll("\n", " ")}`);
  }
  for (const { file, lines: count, covered, uncovered } of report.coverage ?? []) {
    lines.push(
      `# coverage: ${covered}/${count} lines of ${file}${uncovered.length > 0 ? `, not ${uncovered.join(", ")}` : ""}`,
    );
  }
  return `${lines.join("\n")}\n`;
}

function junitCase({ task, name, file, durationMs, failure, unusedMocks }: TestResult): string[] {
  const start = `    <testcase classname="${xml(task)}" name="${xml(name)}" file="${xml(file)}" time="${seconds(durationMs)}"`;
  if (failure === undefined && unusedMocks.length === 0) return [`${start}/>`];
  if (failure === undefined) {
    const text = unusedMocks.map((mock) => `unused mock: ${mock}`).join("\n");
    return [`${start}>`, `      <system-out>${xml(text)}</system-out>`, "    </testcase>"];
  }
  return [
    `${start}>`,
    `      <failure message="${xml(failure.message)}">${xml(failureText(failure, unusedMocks))}</failure>`,
    "    </testcase>",
  ];
}

function failureText({ message, differences, logs }: TestFailure, unusedMocks: readonly string[]): string {
  return [
    message,
    ...differences,
    ...unusedMocks.map((mock) => `unused mock: ${mock}`),
    ...logs.map((entry) => `[${entry.level}] ${entry.message}`),
  ].join("\n");
}

function problemText({ file, line, column, message, remedy }: Problem): string {
  return `${[file, line, column].filter((part) => part !== undefined).join(":")}: ${message}\n${remedy}`;
}

/** A YAML block; JSON is YAML. */
function diagnosis(details: Readonly<Record<string, unknown>>): string[] {
  const entries = Object.entries(details).filter(([, value]) => !(Array.isArray(value) && value.length === 0));
  return ["  ---", ...entries.map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`), "  ..."];
}

/** A description on one line in which `#` starts no directive. */
function tapText(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("\\", "\\\\").replaceAll("#", "\\#");
}

function seconds(ms: number): string {
  return (ms / 1_000).toFixed(6);
}

/** Text for XML 1.0, which has no way at all to write most control characters and lone surrogates. */
function xml(text: string): string {
  return (
    text
      .toWellFormed()
      // biome-ignore lint/suspicious/noControlCharactersInRegex: those that XML cannot hold
      .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
      .replaceAll("&", "&amp;")
      .replaceAll("<", "&lt;")
      .replaceAll(">", "&gt;")
      .replaceAll('"', "&quot;")
      .replaceAll("\n", "&#10;")
  );
}
