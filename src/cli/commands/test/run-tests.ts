import type { LogEntry } from "../../../domain/execution.ts";
import type { ExecutionLimits } from "../../../domain/limits.ts";
import type { TaskTest } from "../../../domain/task.ts";
import { type ExecuteResult, execute } from "../../../execution/execute.ts";
import { mockHttp } from "../../../http/mock-http.ts";
import { defined } from "../../../lib/defined.ts";
import type { Executor } from "../../../sandbox/executor.ts";
import type { LoadedCollection } from "../../../task/load.ts";
import { compareResult } from "./compare-result.ts";
import type { Coverage } from "./coverage.ts";
import { createFixtureUse, type FixtureUse, unusedMocks } from "./mock-use.ts";
import { type PlannedTest, planTests } from "./plan-tests.ts";
import type { TestReport, TestResult } from "./test-report.ts";

/** Selects tests and determines how they run. */
export interface TestRun {
  collection: LoadedCollection;
  executor: Executor;
  /** Name of the engine, which overrides that of each task. */
  engine: string | undefined;
  /** Name of the time zone, which overrides that of each task. */
  timeZone: string | undefined;
  limits: Partial<ExecutionLimits>;
  /** How many tests run at once. */
  concurrency: number;
  /** Part of `LABEL NAME`, or of the name of a file with problems, ignoring case. */
  filter: string | undefined;
  /** Name of the only test to run. */
  only?: string | undefined;
  /** Accepts a result that is not the expected one; absent if there is no --update. Returns why it can't. */
  accept?: ((test: TaskTest, result: ExecuteResult) => Promise<string | undefined>) | undefined;
  /** Collects which lines run. */
  coverage?: Coverage | undefined;
  onResult: (done: number, total: number) => void;
}

/** Runs the tests of a collection in parallel, without network access. */
export async function runTests(run: TestRun): Promise<TestReport> {
  const start = performance.now();
  const { problems, found, ...plan } = await planTests(run.collection, run.filter, run.accept !== undefined);
  const chosen = run.only === undefined ? plan.chosen : plan.chosen.filter(({ test }) => test.name === run.only);
  const fixtures = createFixtureUse();
  const results: TestResult[] = [];
  let next = 0;
  let done = 0;
  const work = async () => {
    for (let index = next++; index < chosen.length; index = next++) {
      const one = chosen[index];
      if (one === undefined) break;
      results[index] = await runTest(one, run, fixtures);
      run.onResult(++done, chosen.length);
    }
  };
  await Promise.all(Array.from({ length: Math.min(run.concurrency, chosen.length) }, work));
  // A test that was left out may use them.
  if (run.filter === undefined && run.only === undefined) problems.push(...fixtures.problems());
  const { coverage } = run;
  problems.push(...(coverage?.problems() ?? []));
  const durationMs = performance.now() - start;
  return { results, problems, found, durationMs, ...defined({ coverage: coverage?.files() }) };
}

async function runTest(planned: PlannedTest, run: TestRun, fixtures: FixtureUse): Promise<TestResult> {
  const { task, test } = planned;
  const { executor, engine, limits } = run;
  const { coverage } = run;
  const logs: LogEntry[] = [];
  const http = mockHttp(test.mocks, test.pattern);
  const { startedAt, seed, secrets } = test;
  const timeZone = run.timeZone ?? test.timeZone;
  const result = await execute({
    task: coverage === undefined ? task : await coverage.counted(task),
    input: test.input,
    executor,
    ...defined({ engine, timeZone, secrets, executionId: seed === undefined ? undefined : idOf(seed) }),
    fixed: startedAt === undefined && seed === undefined ? undefined : { startedAt, seed },
    http: http.send,
    limits: coverage === undefined ? limits : await coverage.limitsFor(task, limits),
    onLog: (entry) => coverage?.take(task, entry) || logs.push(entry),
  });
  fixtures.note(test.mocks, http);
  const wrong = compareResult(test, result);
  const about = {
    task: task.metadata.label,
    origin: task.origin,
    name: test.name,
    file: test.file,
    durationMs: result.usage.durationMs,
    unusedMocks: unusedMocks(test.mocks, http),
  };
  if (wrong === undefined) return about;
  const refused = run.accept === undefined ? undefined : await run.accept(test, result);
  if (run.accept !== undefined && refused === undefined) return { ...about, updated: true };
  const message = refused === undefined ? wrong.message : `${wrong.message} (${refused})`;
  return { ...about, failure: { ...wrong, message, logs } };
}

/** The id of an execution with a seed, in the form of a UUID. */
function idOf(seed: string): string {
  const hex = new Bun.CryptoHasher("sha256").update(seed).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
