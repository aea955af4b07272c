import type { RatchetError } from "../../../domain/errors.ts";
import type { LogEntry } from "../../../domain/execution.ts";
import type { JsonValue } from "../../../domain/json.ts";
import type { ExecutionLimits } from "../../../domain/limits.ts";
import type { Problem } from "../../../domain/problem.ts";
import { readText } from "../../../domain/shared-text.ts";
import type { TaskDefinition, TaskTest } from "../../../domain/task.ts";
import { type ExecuteResult, execute } from "../../../execution/execute.ts";
import { type MockHttp, mockHttp } from "../../../http/mock-http.ts";
import { defined } from "../../../lib/defined.ts";
import { diffJson } from "../../../lib/json-diff.ts";
import type { Executor } from "../../../sandbox/executor.ts";
import { problemsOf } from "../../../task/failure.ts";
import type { LoadedCollection } from "../../../task/load.ts";
import type { TestFailure, TestReport, TestResult } from "./test-report.ts";

/** Selects tests and determines how they run. */
export interface TestRun {
  collection: LoadedCollection;
  executor: Executor;
  /** Name of the engine, which overrides that of each task. */
  engine: string | undefined;
  limits: Partial<ExecutionLimits>;
  /** How many tests run at once. */
  concurrency: number;
  /** Part of `LABEL NAME`, or of the name of a file with problems, ignoring case. */
  filter: string | undefined;
  onResult: (done: number, total: number) => void;
}

interface PlannedTest {
  task: TaskDefinition;
  test: TaskTest;
}

/** Runs the tests of a collection in parallel, without network access. */
export async function runTests(run: TestRun): Promise<TestReport> {
  const start = performance.now();
  const { planned, problems: all } = await plan(run.collection);
  const problems = all.filter(({ file }) => includes(file, run.filter));
  const chosen = planned.filter((one) => matches(one, run.filter));
  const results: TestResult[] = [];
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let index = next++; index < chosen.length; index = next++) {
      const one = chosen[index];
      if (one === undefined) break;
      results[index] = await runTest(one, run);
      run.onResult(++done, chosen.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(run.concurrency, chosen.length) }, work));
  return { results, problems, found: planned.length, durationMs: performance.now() - start };
}

async function plan(collection: LoadedCollection): Promise<{ planned: PlannedTest[]; problems: Problem[] }> {
  const planned: PlannedTest[] = [];
  const problems: Problem[] = [...collection.problems];
  for (const task of collection.tasks) {
    problems.push(...task.warnings);
    try {
      const found = await task.tests();
      problems.push(...found.problems);
      // A program that does not load is a single problem, however many tests there are.
      await task.program();
      planned.push(...found.tests.map((test) => ({ task, test })));
    } catch (error) {
      problems.push(...problemsOf(task.origin, error));
    }
  }
  return { planned, problems };
}

function matches({ task, test }: PlannedTest, filter: string | undefined): boolean {
  return includes(`${task.metadata.label} ${test.name}`, filter);
}

function includes(text: string, filter: string | undefined): boolean {
  return filter === undefined || text.toLowerCase().includes(filter.toLowerCase());
}

async function runTest({ task, test }: PlannedTest, { executor, engine, limits }: TestRun): Promise<TestResult> {
  const logs: LogEntry[] = [];
  const http = mockHttp(test.mocks);
  const result = await execute({
    task,
    input: test.input,
    executor,
    ...defined({ engine }),
    http: http.send,
    limits,
    onLog: (entry) => logs.push(entry),
  });
  const wrong = compare(test, result);
  return {
    task: task.metadata.label,
    name: test.name,
    file: test.file,
    durationMs: result.usage.durationMs,
    ...defined({ failure: wrong === undefined ? undefined : { ...wrong, unusedMocks: unusedMocks(http), logs } }),
  };
}

function unusedMocks(http: MockHttp): string[] {
  return http.unused().map(({ method, url }) => `${method?.toUpperCase() ?? "ANY"} ${url}`);
}

/** Returns the failure of a test; undefined if the result is the expected one. */
function compare(test: TaskTest, result: ExecuteResult): Pick<TestFailure, "message" | "differences"> | undefined {
  const { expected } = test;
  if ("error" in expected) {
    if (result.status === "completed") {
      const message = `expected an error (${expected.error}), but the task returned a result`;
      return { message, differences: [`the result: ${excerpt(readText(result.outputJson))}`] };
    }
    if (isExpectedError(expected.error, result.error)) return undefined;
    const message = `expected the error "${expected.error}", got: ${errorLine(result.error)}`;
    return { message, differences: [] };
  }
  if (result.status === "failed") return { message: errorLine(result.error), differences: [] };
  const differences = diffJson(expected.output, JSON.parse(readText(result.outputJson)) as JsonValue);
  return differences.length === 0 ? undefined : { message: "the output is not the expected one", differences };
}

/** Returns true if the expected text is the type of the error or part of its message. */
function isExpectedError(expected: string, error: RatchetError): boolean {
  return expected === error.guest?.name || expected === error.code || errorLine(error).includes(expected);
}

/** Formats an error in one line: a task's own error as thrown, others with their code. */
function errorLine(error: RatchetError): string {
  if (error.guest !== undefined) return `${error.guest.name}: ${error.guest.message}`;
  return `${error.code}: ${error.message}`;
}

function excerpt(text: string): string {
  return text.length <= 200 ? text : `${text.slice(0, 200)}...`;
}
