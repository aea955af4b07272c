import { readFileSync } from "node:fs";
import type { Problem } from "../../../domain/problem.ts";
import { locate } from "../../../task/json-file.ts";
import type { TestReport, TestResult } from "./test-report.ts";

/** A place in a file, and what is to be said about it. */
interface Annotation {
  level: "error" | "warning";
  file: string;
  line: number | undefined;
  column?: number | undefined;
  title: string;
  message: string;
}

/** Maximum length of a message. GitHub cuts long ones. */
const MAX_MESSAGE = 4_000;
const EXPECTATION = /^\s*"expected_(?:output|match|error)"/m;

/**
 * A report for a workflow of GitHub Actions: the text for people, then an annotation for each failure and problem
 * (https://docs.github.com/en/actions/reference/workflow-commands-for-github-actions).
 * @param text the report for people. What a task wrote in it is no command.
 */
export async function githubReport(report: TestReport, text: string): Promise<string> {
  const token = crypto.randomUUID();
  const lines = [`::stop-commands::${token}`, text.trimEnd(), `::${token}::`];
  for (const result of report.results) {
    const annotations = await annotationsOf(result);
    lines.push(...annotations.map(command));
  }
  lines.push(...report.problems.map((problem) => command(ofProblem(problem))));
  return `${lines.join("\n")}\n`;
}

async function annotationsOf({ task, name, file, failure, unusedMocks }: TestResult): Promise<Annotation[]> {
  const about = { file, title: `${task}: ${name}` };
  if (failure !== undefined) {
    const unused = unusedMocks.map((mock) => `unused mock: ${mock}`);
    const message = [failure.message, ...failure.differences, ...unused].join("\n");
    return [{ level: "error", ...about, line: await expectationLine(file), message }];
  }
  if (unusedMocks.length === 0) return [];
  const message = `No call used these mocks:\n${unusedMocks.join("\n")}`;
  return [{ level: "warning", ...about, line: await mockLine(file), message }];
}

function ofProblem({ severity, file, line, column, message, remedy }: Problem): Annotation {
  return { level: severity, file, line, column, title: "ratchet test", message: `${message}\n${remedy}` };
}

async function expectationLine(file: string): Promise<number | undefined> {
  const text = textOf(file);
  const [found] = (text === undefined ? null : EXPECTATION.exec(text)) ?? [];
  return found === undefined ? undefined : await lineOf(file, `/${found.trim().replaceAll('"', "")}`);
}

function mockLine(file: string): Promise<number | undefined> {
  return lineOf(file, "/mock");
}

/** Returns the line of a member of a test file; undefined if the file is in an archive. */
async function lineOf(file: string, pointer: string): Promise<number | undefined> {
  const text = textOf(file);
  if (text === undefined) return undefined;
  const [place] = await locate(file, text, [{ severity: "error", pointer, atName: true, message: "", remedy: "" }]);
  return place?.line;
}

function textOf(file: string): string | undefined {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

function command({ level, file, line, column, title, message }: Annotation): string {
  const properties = [
    `file=${property(file)}`,
    ...(line === undefined ? [] : [`line=${line}`]),
    ...(column === undefined ? [] : [`col=${column}`]),
    `title=${property(title)}`,
  ];
  return `::${level} ${properties.join(",")}::${escaped(message.slice(0, MAX_MESSAGE))}`;
}

function escaped(text: string): string {
  return text.replaceAll("%", "%25").replaceAll("\r", "%0D").replaceAll("\n", "%0A");
}

function property(text: string): string {
  return escaped(text).replaceAll(":", "%3A").replaceAll(",", "%2C");
}
