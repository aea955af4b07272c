import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { processEnvironment } from "../../../config/environment.ts";
import type { ConfigValues } from "../../../config/keys.ts";
import { RatchetError } from "../../../domain/errors.ts";
import type { Problem } from "../../../domain/problem.ts";
import { toRatchetError } from "../../../domain/unknown-error.ts";
import type { Executor } from "../../../sandbox/executor.ts";
import { type LoadedCollection, loadCollection, loadTask } from "../../../task/load.ts";
import type { PreparedPrograms } from "../../../task/prepared/prepared-programs.ts";
import { splitSelector } from "../../../task/task-selector.ts";
import { chosenLimits } from "../../framework/chosen-limits.ts";
import type { Invocation } from "../../framework/command.ts";
import { reportError } from "../../framework/error-report.ts";
import { poolExecutor } from "../../framework/executors.ts";
import { EXIT, exitCodeOf } from "../../framework/exit-codes.ts";
import { isTerminal, painter, StdoutClosed, writeStdout } from "../../framework/output.ts";
import { preparedPrograms } from "../../framework/prepared-programs.ts";
import { createProgressLine } from "../../framework/progress-line.ts";
import { withEachPath } from "../../framework/task-paths.ts";
import { readTextFile } from "../run-once/input.ts";
import { jsonReport, junitReport, tapReport } from "./machine-reporters.ts";
import type { TestOptions } from "./options.ts";
import { prettyReport } from "./pretty-reporter.ts";
import { runTests } from "./run-tests.ts";
import type { Reporter, TestReport } from "./test-report.ts";
import { createTestSecrets } from "./test-secrets.ts";
import { watchFiles } from "./watch-files.ts";

const TESTS_PER_PROCESSOR = 8;

/** Runs the tests once, or with --watch again and again; returns the exit code. */
export async function runTestSession(options: TestOptions, context: Invocation): Promise<number> {
  const { values: config } = await context.config();
  const concurrency = options.concurrency ?? config.concurrency ?? TESTS_PER_PROCESSOR * availableParallelism();
  const executor = await poolExecutor(concurrency);
  const surroundings = { config, executor, concurrency, read: createFileReader() };
  const once = () => runOnce(options, surroundings);
  try {
    if (!options.watch) return await once();
    const changes = watchFiles(options.paths.map((path) => splitSelector(path).path));
    for (;;) {
      changes.forget();
      try {
        await once();
      } catch (error) {
        // A file that is only half written may be valid after the next change.
        if (error instanceof StdoutClosed) throw error;
        reportError(toRatchetError(error), context.errorFormat);
      }
      if (isTerminal("stderr")) {
        (await import("../../framework/people-log.ts")).createNotices().info("Waiting for a change; Ctrl-C ends.");
      }
      await changes.next();
    }
  } finally {
    await executor.stop();
  }
}

/** What stays the same in all runs of a session. */
interface Surroundings {
  config: ConfigValues;
  executor: Executor;
  concurrency: number;
  /** Reads a file; - is standard input. */
  read: (path: string) => string;
}

/** Standard input can be read only once, but --watch runs the tests again. */
function createFileReader(): (path: string) => string {
  let standardInput: string | undefined;
  return (path) => {
    if (path !== "-") return readTextFile(path);
    standardInput ??= readTextFile(path);
    return standardInput;
  };
}

async function runOnce(options: TestOptions, { config, executor, concurrency, read }: Surroundings): Promise<number> {
  const progress = createProgressLine();
  const chosen = await choose(options, preparedPrograms(options, config));
  const tasks = chosen.collection.tasks.map(({ metadata }) => metadata);
  const report = await runTests({
    collection: chosen.collection,
    secrets: createTestSecrets(options, tasks, config, read),
    executor,
    engine: options.engine,
    timeZone: options.timezone,
    concurrency,
    limits: chosenLimits(options, config),
    filter: options.filter,
    only: chosen.only,
    accept: options.update || chosen.only !== undefined ? (await import("./accept-result.ts")).acceptResult : undefined,
    coverage: options.coverage ? (await import("./coverage.ts")).createCoverage() : undefined,
    onResult: (done, total) => progress.show(`${done} of ${total} tests`),
  });
  report.problems.unshift(...chosen.unread);
  progress.clear();
  if (chosen.only !== undefined && report.results.some(({ updated }) => updated)) await explainUpdate();
  writeStdout(await print(report, options.json ? "json" : (options.reporter ?? usualReporter())));
  if (report.results.some(({ failure }) => failure !== undefined)) return EXIT.failed;
  if (report.problems.some(({ severity }) => severity === "error")) return exitCodeOf("TASK_INVALID");
  if (report.results.length === 0 && !options["allow-empty"]) throw noTests(report, options);
  return EXIT.done;
}

/** A run without tests must not look like one that passed. */
function noTests({ found }: TestReport, { filter, task, paths }: TestOptions): RatchetError {
  const path = paths.join(", ");
  const [has, are] = paths.length === 1 ? ["has", "has no tests"] : ["have", "have no tests"];
  if (filter !== undefined && found > 0) {
    const tests = found === 1 ? "1 test" : `${found} tests`;
    return new RatchetError("NO_TESTS", `No test matches --filter "${filter}".`, {
      remedy: `${path} ${has} ${tests}: give a part of a task's label or of a test's name, or pass --allow-empty.`,
    });
  }
  const what = task === undefined ? path : `The task "${task}" in ${path}`;
  const isSingleFile = paths.every((one) => /\.[cm]?[jt]s$/.test(one));
  const files = "files such as tests/first.json with an input and an expected_output, or pass --allow-empty.";
  return new RatchetError("NO_TESTS", `${what} ${are}.`, {
    remedy: isSingleFile
      ? `Only folders and archives have tests: make the file main.js or main.ts of a task, and add ${files}`
      : `Add ${files}`,
  });
}

/**
 * Loads the tasks. A recording becomes a test first, and only this test runs. A task that several paths lead to counts once.
 * @returns also the problems of paths that can't be read
 */
async function choose(
  options: TestOptions,
  prepared: PreparedPrograms | undefined,
): Promise<{ collection: LoadedCollection; only?: string; unread: Problem[] }> {
  const { paths, task: label } = options;
  const [path = ""] = paths;
  const dir = options["from-recording"];
  if (dir !== undefined) {
    const { testFromRecording } = await import("./from-recording.ts");
    const { collection, name, file } = await testFromRecording(path, { dir, task: label, name: options.name });
    (await import("../../framework/people-log.ts")).createNotices().info(`Wrote ${file}.`);
    return { collection, only: name, unread: [] };
  }
  if (label !== undefined) {
    const task = await loadTask(path, { label, prepared });
    return { collection: { origin: path, isCollection: false, tasks: [task], problems: [] }, unread: [] };
  }
  const { found, problems } = await withEachPath(paths, (one) => loadCollection(one, { prepared }));
  const tasks = new Map(found.flatMap((one) => one.tasks.map((task) => [resolve(task.origin), task])));
  const collection = {
    origin: paths.join(", "),
    isCollection: true,
    tasks: [...tasks.values()],
    problems: [
      ...new Map(found.flatMap((one) => one.problems.map((problem) => [JSON.stringify(problem), problem]))).values(),
    ],
  };
  return { collection, unread: problems };
}

/** On GitHub, failures are also shown next to the changed lines. */
function usualReporter(): Reporter {
  return processEnvironment().GITHUB_ACTIONS === "true" ? "github" : "pretty";
}

/** With a fixed clock and seed, a run can differ from the recorded one, and only the run can be repeated. */
async function explainUpdate(): Promise<void> {
  const message =
    "The result differs from the recorded one, because the test fixes the clock and the randomness. It expects what it got.";
  (await import("../../framework/people-log.ts")).createNotices().info(message);
}

async function print(report: TestReport, reporter: Reporter): Promise<string> {
  switch (reporter) {
    case "pretty":
      return prettyReport(report, painter("stdout"));
    case "json":
      return jsonReport(report);
    case "junit":
      return junitReport(report);
    case "github":
      return (await import("./github-reporter.ts")).githubReport(report, prettyReport(report, painter("stdout")));
    case "tap":
      return tapReport(report);
  }
}
