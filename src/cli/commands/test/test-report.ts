import type { LogEntry } from "../../../domain/execution.ts";
import type { Problem } from "../../../domain/problem.ts";
import type { FileCoverage } from "./coverage.ts";

/** The result of one test. */
export interface TestResult {
  /** Label of the task. */
  task: string;
  /** Path of the task. */
  origin: string;
  /** Name of the test. */
  name: string;
  file: string;
  durationMs: number;
  /** Mocks that no call used, as `METHOD URL`. */
  unusedMocks: readonly string[];
  /** The file was rewritten because of --update. */
  updated?: true;
  /** Why it failed; absent if it passed. */
  failure?: TestFailure;
}

/** Why a test failed. */
export interface TestFailure {
  message: string;
  /** Differences from the expected output, by path. */
  differences: readonly string[];
  /** The task's console. */
  logs: readonly LogEntry[];
}

/** The results of all tests, in the order of tasks and names. */
export interface TestReport {
  results: readonly TestResult[];
  /** Problems with files that are not valid tests, and with tasks that can't be loaded. */
  problems: Problem[];
  /** Number of all tests, including those that a filter excluded. */
  found: number;
  durationMs: number;
  /** Which lines the tests ran; absent if that was not asked for. */
  coverage?: readonly FileCoverage[];
}

/** Ways to print a report. */
export const REPORTERS = ["pretty", "json", "junit", "tap", "github"] as const;

/** One way to print a report. */
export type Reporter = (typeof REPORTERS)[number];
