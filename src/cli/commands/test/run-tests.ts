import { RatchetError } from "../../../domain/errors.ts";
import type { LogEntry } from "../../../domain/execution.ts";
import type { ExecutionLimits } from "../../../domain/limits.ts";
import type { TaskTest } from "../../../domain/task.ts";
import type { ExecuteRequest, ExecuteResult } from "../../../execution/execute.ts";
import { type MockHttp, mockHttp } from "../../../http/mock-http.ts";
import { defined } from "../../../lib/defined.ts";
import type { Executor } from "../../../sandbox/executor.ts";
import type { LoadedCollection } from "../../../task/load.ts";
import { compareResult, errorLine, type Mismatch } from "./compare-result.ts";
import type { Coverage } from "./coverage.ts";
import { executeTested, type TestedRun } from "./durable-test.ts";
import { createFixtureUse, type FixtureUse, unusedMocks } from "./mock-use.ts";
import { type PlannedTest, planTests } from "./plan-tests.ts";
import type { TestReport, TestResult } from "./test-report.ts";
import type { TestSecrets } from "./test-secrets.ts";

/** Selects tests and determines how they run. */
export interface TestRun {
  collection: LoadedCollection;
  executor: Executor;
  /** Name of the engine, which overrides that of each task. */
  engine: string | undefined;
  /** Name of the time zone, which overrides that of each task. */
  timeZone: string | undefined;
  limits: Partial<ExecutionLimits>;
  /** Finds the secrets of each test. */
  secrets: TestSecrets;
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
  const http = mockHttp(test.mocks, test.pattern);
  const about = (durationMs: number) => ({
    task: task.metadata.label,
    origin: task.origin,
    name: test.name,
    file: test.file,
    durationMs,
    unusedMocks: unusedMocks(test.mocks, http),
  });
  let done: ExecutedTest;
  try {
    done = await executeTest(planned, run, http);
  } catch (error) {
    if (!(error instanceof RatchetError)) throw error;
    // The task did not run, so its result is neither right nor wrong.
    const differences = error.remedy === undefined ? [] : [error.remedy];
    return { ...about(0), unusedMocks: [], failure: { message: errorLine(error), differences, logs: [] } };
  }
  const { result, logs } = done;
  fixtures.note(test.mocks, http);
  const wrong = unansweredCalls(done) ?? compareResult(test, result);
  const { durationMs } = result.usage;
  const outcome = { ...about(durationMs), unusedMocks: [...unusedMocks(test.mocks, http), ...done.unused] };
  if (wrong === undefined) return outcome;
  const refused = run.accept === undefined ? undefined : await run.accept(test, result);
  if (run.accept !== undefined && refused === undefined) return { ...outcome, updated: true };
  const message = refused === undefined ? wrong.message : `${wrong.message} (${refused})`;
  return { ...outcome, failure: { ...wrong, message, logs } };
}

/** A call without a mock fails the test, whatever the task makes of it. */
function unansweredCalls({ unanswered }: TestedRun): Mismatch | undefined {
  const [message, ...differences] = unanswered;
  return message === undefined ? undefined : { message, differences };
}

/** The result of a stream is the list of its items. */
function withItems({ result, items }: TestedRun): ExecuteResult {
  return items === undefined || result.status === "failed" ? result : { ...result, outputJson: JSON.stringify(items) };
}

/** How the task of a test ended, and what it wrote to its console. */
interface ExecutedTest extends TestedRun {
  logs: LogEntry[];
}

/** @throws {RatchetError} if a secret of the test has no value */
async function executeTest({ task, test }: PlannedTest, run: TestRun, http: MockHttp): Promise<ExecutedTest> {
  const { executor, engine, limits, coverage } = run;
  const logs: LogEntry[] = [];
  const { startedAt, seed } = test;
  const timeZone = run.timeZone ?? test.timeZone;
  const secrets = await run.secrets.of(task.metadata, test.secrets);
  const request: ExecuteRequest = {
    task: coverage === undefined ? task : await coverage.counted(task),
    input: test.input,
    executor,
    ...defined({ engine, timeZone, executionId: seed === undefined ? undefined : idOf(seed) }),
    ...secrets.granted,
    fixed: startedAt === undefined && seed === undefined ? undefined : { startedAt, seed },
    http: http.send,
    limits: coverage === undefined ? limits : await coverage.limitsFor(task, limits),
    onLog: (entry) => coverage?.take(task, entry) || logs.push(secrets.maskedLog(entry)),
    onLogPiece: secrets.maskedPieces?.((entry) => logs.push(entry)),
  };
  const ended = await executeTested(request, test);
  return { ...ended, result: secrets.masked(withItems(ended)), logs };
}

/** The id of an execution with a seed, in the form of a UUID. */
function idOf(seed: string): string {
  const hex = new Bun.CryptoHasher("sha256").update(seed).digest("hex");
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
