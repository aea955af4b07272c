import type { JsonObject, JsonValue } from "../domain/json.ts";
import type { Problem } from "../domain/problem.ts";
import type { HttpMock, TaskTest } from "../domain/task.ts";
import { defined } from "../lib/defined.ts";
import { isObject } from "../lib/is-object.ts";
import { nearest } from "../lib/nearest.ts";
import { problemsOf } from "./failure.ts";
import { type JsonFinding, locate, pointerStep, readJson } from "./json-file.ts";
import type { TaskFiles } from "./task-files.ts";

/** The folder of a task's tests. */
const FOLDER = "tests/";
const TEST_FIELDS = ["$schema", "description", "input", "expected_output", "expected_error", "mock"];
const MOCK_FIELDS = ["url", "method", "status", "headers", "body", "error"];
const OLDER_MOCK_FIELDS = ["request", "response"];

/**
 * Reads the tests of a task. A .json file in `tests/` that is not a valid test is a problem; other files are ignored.
 * @throws {RatchetError} TASK_UNREADABLE when the task's folder cannot be listed
 */
export async function readTests(files: TaskFiles): Promise<{ tests: TaskTest[]; problems: Problem[] }> {
  const tests: TaskTest[] = [];
  const problems: Problem[] = [];
  for (const path of await files.list()) {
    // Notes, fixtures and editor files may be next to the tests.
    if (!path.startsWith(FOLDER) || !path.endsWith(".json")) continue;
    try {
      const read = await readTest(files, path);
      if (read.test !== undefined) tests.push(read.test);
      problems.push(...read.problems);
    } catch (error) {
      problems.push(...problemsOf(files.name(path), error));
    }
  }
  return { tests, problems };
}

async function readTest(files: TaskFiles, path: string): Promise<{ test?: TaskTest; problems: Problem[] }> {
  const file = files.name(path);
  const notATest = (message: string, remedy: string): { problems: Problem[] } => ({
    problems: [{ severity: "error", file, message, remedy }],
  });
  if (path.slice(FOLDER.length).includes("/"))
    return notATest("Tests in subfolders are not read.", "Move it to tests/.");
  const bytes = await files.read(path);
  if (bytes === undefined) return { problems: [] };
  const json = readJson(bytes, file);
  if ("problem" in json) return { problems: [json.problem] };
  const findings: JsonFinding[] = [];
  const parsed = checkTest(json.value, findings);
  const problems = await locate(file, json.text, findings);
  if (parsed === undefined || findings.some(({ severity }) => severity === "error")) return { problems };
  return { test: { name: path.slice(FOLDER.length, -".json".length), file, ...parsed }, problems };
}

/** Checks the content of a test file and adds problems to `findings`. */
export function checkTest(
  value: JsonValue,
  findings: JsonFinding[],
): Pick<TaskTest, "input" | "expected" | "mocks"> | undefined {
  const report = (pointer: string, message: string, remedy: string) => {
    findings.push({ severity: "error", pointer, message, remedy });
  };
  if (!isObject(value)) {
    report("", "The file does not contain a JSON object.", 'Write {"input": ..., "expected_output": ...}.');
    return undefined;
  }
  reportUnknown(value, TEST_FIELDS, "", findings);
  if (!Object.hasOwn(value, "input")) report("", 'The field "input" is missing.', 'Add "input".');
  const hasOutput = Object.hasOwn(value, "expected_output");
  const hasError = Object.hasOwn(value, "expected_error");
  if (hasOutput === hasError) {
    const what = hasOutput
      ? "Both expected_output and expected_error are given"
      : "Neither expected_output nor expected_error is given";
    report("", `${what}.`, 'Write either "expected_output" or "expected_error".');
  }
  const { input, expected_output: output, expected_error: error, mock, description } = value;
  if (hasError && (typeof error !== "string" || error === "")) {
    const remedy = 'Write the error\'s type, such as "ValidationError", or part of its message.';
    report("/expected_error", 'The field "expected_error" is not a string.', remedy);
  }
  if (description !== undefined && typeof description !== "string") {
    report("/description", 'The field "description" is not a string.', "Put it in quotes.");
  }
  const mocks = mock === undefined ? [] : checkMock(mock, findings);
  return {
    input: input ?? null,
    expected: typeof error === "string" ? { error } : { output: output ?? null },
    mocks,
  };
}

function checkMock(mock: JsonValue, findings: JsonFinding[]): HttpMock[] {
  const http = isObject(mock) ? mock.http : undefined;
  if (isObject(mock)) reportUnknown(mock, ["http"], "/mock", findings);
  if (http === undefined) {
    const remedy = 'Write {"http": {"url": ..., "body": ...}}, or a list of such objects.';
    findings.push({ severity: "error", pointer: "/mock", message: 'The mock has no "http".', remedy });
    return [];
  }
  if (!Array.isArray(http)) return checkHttpMock(http, "/mock/http", findings);
  return http.flatMap((one, index) => checkHttpMock(one, `/mock/http/${index}`, findings));
}

function checkHttpMock(mock: JsonValue, pointer: string, findings: JsonFinding[]): HttpMock[] {
  const report = (at: string, message: string, remedy: string) => {
    findings.push({ severity: "error", pointer: `${pointer}${at}`, message, remedy });
  };
  if (!isObject(mock)) {
    report("", "The mock is not an object.", 'Write {"url": ..., "body": ...}.');
    return [];
  }
  if (OLDER_MOCK_FIELDS.some((name) => isObject(mock[name]))) {
    return checkHttpMock(fromOlderForm(mock, pointer, findings), pointer, findings);
  }
  reportUnknown(mock, MOCK_FIELDS, pointer, findings);
  const { url, method, status, headers, body, error } = mock;
  if (typeof url !== "string" || url === "") {
    report(url === undefined ? "" : "/url", 'The mock has no "url".', "Write the whole URL or part of it.");
  }
  if (method !== undefined && (typeof method !== "string" || !/^[A-Za-z]+$/.test(method))) {
    report("/method", "The method is not a word.", 'Write a method such as "POST".');
  }
  if (status !== undefined && !(Number.isInteger(status) && Number(status) >= 200 && Number(status) <= 599)) {
    report("/status", "The status is not a number from 200 to 599.", "Write a status such as 200.");
  }
  if (error !== undefined && (typeof error !== "string" || error === "")) {
    report("/error", 'The "error" is not a string.', "Write the message of the connection error.");
  }
  if (error !== undefined && (status !== undefined || body !== undefined || headers !== undefined)) {
    report("/error", "A failed connection has no response.", "Remove status, headers and body.");
  }
  return [
    defined({
      url: typeof url === "string" ? url : "",
      method: typeof method === "string" ? method.toUpperCase() : undefined,
      status: typeof status === "number" ? status : undefined,
      headers: headers === undefined ? undefined : checkHeaders(headers, `${pointer}/headers`, findings),
      body,
      error: typeof error === "string" ? error : undefined,
    }),
  ];
}

/**
 * Flattens an older form, which has the request in `request` and the response in `response`. It still works, with a
 * warning.
 */
function fromOlderForm(mock: JsonObject, pointer: string, findings: JsonFinding[]): JsonObject {
  const flat: JsonObject = Object.create(null);
  for (const [name, value] of Object.entries(mock)) {
    if (!OLDER_MOCK_FIELDS.includes(name) || !isObject(value)) {
      flat[name] = value;
      continue;
    }
    const members = Object.keys(value).join(", ");
    findings.push({
      severity: "warning",
      pointer: `${pointer}${pointerStep(name)}`,
      atName: true,
      message: `The field ${JSON.stringify(name)} is an older form of mocks; it still works.`,
      remedy: members === "" ? "Remove it." : `Write its members (${members}) directly into the mock.`,
    });
    for (const [member, inner] of Object.entries(value)) flat[member] ??= inner;
  }
  return flat;
}

function checkHeaders(headers: JsonValue, pointer: string, findings: JsonFinding[]): Record<string, string> {
  const report = (at: string, message: string) => {
    const remedy = 'Write names and strings, such as {"content-type": "text/plain"}.';
    findings.push({ severity: "error", pointer: `${pointer}${at}`, message, remedy });
  };
  if (!isObject(headers)) {
    report("", "The headers are not an object.");
    return {};
  }
  const checked: [string, string][] = [];
  for (const [name, value] of Object.entries(headers)) {
    // Field names are tokens, and values have no control characters (RFC 9110, section 5).
    if (!/^[!#$%&'*+.^_`|~\w-]+$/.test(name))
      report(pointerStep(name), `${JSON.stringify(name)} is not a header name.`);
    else if (typeof value !== "string")
      report(pointerStep(name), `The header ${JSON.stringify(name)} is not a string.`);
    else if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) {
      report(pointerStep(name), `The header ${JSON.stringify(name)} has characters that are not allowed in headers.`);
    } else checked.push([name, value]);
  }
  return Object.fromEntries(checked);
}

function reportUnknown(value: JsonObject, known: readonly string[], pointer: string, findings: JsonFinding[]): void {
  for (const name of Object.keys(value)) {
    if (known.includes(name)) continue;
    const near = nearest(name, known);
    findings.push({
      severity: "warning",
      pointer: `${pointer}${pointerStep(name)}`,
      atName: true,
      message: `Unknown field ${JSON.stringify(name)}; it has no effect.`,
      remedy: near === undefined ? "Remove it." : `Write ${JSON.stringify(near)}.`,
    });
  }
}
