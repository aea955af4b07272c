import type { LogEntry } from "../../../domain/execution.ts";
import type { Problem } from "../../../domain/problem.ts";

/** How one test of a task went. */
export interface TestResult {
  /** Label of the task. */
  task: string;
  /** Name of the test. */
  name: string;
  file: string;
  durationMs: number;
  /** Why it failed; absent when it passed. */
  failure?: TestFailure;
}

/** Why a test failed. */
export interface TestFailure {
  message: string;
  /** How the output differs from the expected one, path by path. */
  differences: readonly string[];
  /** Mocks that no call used, as `METHOD URL`. */
  unusedMocks: readonly string[];
  /** The task's console. */
  logs: readonly LogEntry[];
}

/** How all tests went, in the order of tasks and names. */
export interface TestReport {
  results: readonly TestResult[];
  /** Test files that can't be read as tests, tasks that could not be loaded. */
  problems: readonly Problem[];
  /** Tests there are, those that a filter left out included. */
  found: number;
  durationMs: number;
}

/** Ways to print a report. */
export const REPORTERS = ["pretty", "json", "junit", "tap"] as const;

/** One way to print a report. */
export type Reporter = (typeof REPORTERS)[number];
