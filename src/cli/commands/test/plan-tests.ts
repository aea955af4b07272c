import type { Problem } from "../../../domain/problem.ts";
import type { TaskDefinition, TaskTest } from "../../../domain/task.ts";
import { problemsOf } from "../../../task/failure.ts";
import type { LoadedCollection } from "../../../task/load.ts";
import { nothingExpected } from "../../../task/tests/check-test.ts";

/** A test to run. */
export interface PlannedTest {
  task: TaskDefinition;
  test: TaskTest;
}

/** The tests to run, and what is wrong with the files. */
export interface TestPlan {
  chosen: PlannedTest[];
  problems: Problem[];
  /** Number of all tests, including those that the filter excludes. */
  found: number;
}

/**
 * Finds the tests of a collection.
 * @param filter part of `LABEL NAME`, or of the name of a file with problems, ignoring case
 * @param withoutExpectation also choose tests that do not say what they expect, instead of reporting them
 */
export async function planTests(
  collection: LoadedCollection,
  filter: string | undefined,
  withoutExpectation: boolean,
): Promise<TestPlan> {
  const planned: PlannedTest[] = [];
  const problems: Problem[] = [...collection.problems];
  for (const task of collection.tasks) {
    problems.push(...task.warnings);
    try {
      const found = await task.tests();
      const unsaid = nothingExpected().message;
      problems.push(...found.problems.filter(({ message }) => !withoutExpectation || message !== unsaid));
      // A program or schema that does not load is a single problem, however many tests there are.
      await task.program();
      await Promise.all([task.inputValidator(), task.outputValidator()]);
      const tests = found.tests.filter(({ expected }) => withoutExpectation || expected !== undefined);
      planned.push(...tests.map((test) => ({ task, test })));
    } catch (error) {
      problems.push(...problemsOf(task.origin, error));
    }
  }
  return {
    chosen: planned.filter(({ task, test }) => includes(`${task.metadata.label} ${test.name}`, filter)),
    problems: problems.filter(({ file }) => includes(file, filter)),
    found: planned.length,
  };
}

function includes(text: string, filter: string | undefined): boolean {
  return filter === undefined || text.toLowerCase().includes(filter.toLowerCase());
}
