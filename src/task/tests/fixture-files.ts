import type { Problem } from "../../domain/problem.ts";
import { problemsOf } from "../failure.ts";
import { type JsonFile, locate, readJson } from "../json-file.ts";
import type { TaskFiles } from "../task-files.ts";
import { checkFixture, type TestWorld } from "./check-test.ts";
import type { TestFindings } from "./findings.ts";

/** The folder for fixture files, in that of the tests. */
export const FIXTURES = "fixtures/";

/** The fixture files of a task's tests. Each is read once, and its problems are reported once. */
export interface FixtureFiles {
  /**
   * Reads a fixture file.
   * @param path relative to the folder of the tests
   * @param found gets the regular expressions
   * @returns undefined if the file is not valid
   */
  read(path: string, found: TestFindings): Promise<TestWorld | "missing" | undefined>;
  /** Has a test named this file of the task? */
  isUsed(path: string): boolean;
  problems(): Problem[];
}

/** @param folder of the tests, with a slash at its end */
export function fixtureFiles(files: TaskFiles, folder: string): FixtureFiles {
  const known = new Map<string, Promise<JsonFile | undefined>>();
  const problems = new Map<string, readonly Problem[]>();
  const load = async (path: string): Promise<JsonFile | undefined> => {
    try {
      const bytes = await files.read(path);
      return bytes === undefined ? undefined : readJson(bytes, files.name(path));
    } catch (error) {
      const [problem] = problemsOf(files.name(path), error);
      if (problem === undefined) throw error;
      return { problem };
    }
  };
  return {
    isUsed: (path) => known.has(path),
    problems: () => [...problems.values()].flat(),
    read: async (name, found) => {
      const path = `${folder}${name}`;
      const loading = known.get(path) ?? load(path);
      known.set(path, loading);
      const json = await loading;
      if (json === undefined) return "missing";
      const file = files.name(path);
      if ("problem" in json) {
        problems.set(path, [json.problem]);
        return undefined;
      }
      const own: TestFindings = { findings: [], patterns: found.patterns };
      const world = checkFixture(json.value, own);
      problems.set(path, await locate(file, json.text, own.findings));
      if (world === undefined || own.findings.some(({ severity }) => severity === "error")) return undefined;
      return { ...world, mocks: world.mocks.map((mock) => ({ ...mock, fixture: file })) };
    },
  };
}
