import type { Problem } from "../domain/problem.ts";
import type { DurableMocks, TaskTest } from "../domain/task.ts";
import { defined } from "../lib/defined.ts";
import { isObject } from "../lib/is-object.ts";
import { problemsOf } from "./failure.ts";
import { locate, readJson } from "./json-file.ts";
import type { TaskFiles } from "./task-files.ts";
import { type CheckedTest, checkTest, nothingExpected, type TestWorld } from "./tests/check-test.ts";
import { compileTestPatterns } from "./tests/compile-patterns.ts";
import type { TestFindings } from "./tests/findings.ts";
import { FIXTURES, type FixtureFiles, fixtureFiles } from "./tests/fixture-files.ts";

/** The folder of a task's tests. */
const FOLDER = "tests/";

/** The tests of a task. */
export interface TaskTests {
  tests: TaskTest[];
  problems: Problem[];
}

/**
 * Reads the tests of a task. A .json file in `tests/` that is neither a valid test nor a fixture file is a problem; other
 * files are ignored.
 * @throws {RatchetError} TASK_UNREADABLE when the task's folder cannot be listed
 */
export async function readTests(files: TaskFiles): Promise<TaskTests> {
  const fixtures = fixtureFiles(files, FOLDER);
  const found: { path: string; read: ReadTest }[] = [];
  for (const path of await files.list()) {
    // Notes, fixtures and editor files may be next to the tests.
    if (!path.startsWith(FOLDER) || !path.endsWith(".json") || path.startsWith(FOLDER + FIXTURES)) continue;
    try {
      found.push({ path, read: await readTest(files, path, fixtures) });
    } catch (error) {
      found.push({ path, read: { problems: problemsOf(files.name(path), error) } });
    }
  }
  // A file that a test names as a fixture is not a test itself.
  const own = found.filter(({ path }) => !fixtures.isUsed(path));
  return {
    tests: own.flatMap(({ read }) => read.test ?? []),
    problems: [...own.flatMap(({ read }) => read.problems), ...fixtures.problems()],
  };
}

type ReadTest = { test?: TaskTest; problems: readonly Problem[] };

async function readTest(files: TaskFiles, path: string, fixtures: FixtureFiles): Promise<ReadTest> {
  const file = files.name(path);
  const notATest = (message: string, remedy: string): ReadTest => ({
    problems: [{ severity: "error", file, message, remedy }],
  });
  if (path.slice(FOLDER.length).includes("/")) {
    return notATest("Tests in subfolders are not read.", "Move it to tests/, or to tests/fixtures/ if it is shared.");
  }
  const bytes = await files.read(path);
  if (bytes === undefined) return { problems: [] };
  const json = readJson(bytes, file);
  if ("problem" in json) return { problems: [json.problem] };
  const found: TestFindings = { findings: [], patterns: new Set() };
  const parsed = checkTest(json.value, found);
  const worlds: TestWorld[] = [];
  let isComplete = true;
  for (const [index, name] of (parsed?.fixtures ?? []).entries()) {
    const world = await fixtures.read(name, found);
    const pointer = isObject(json.value) && Array.isArray(json.value.fixtures) ? `/fixtures/${index}` : "/fixtures";
    if (world === "missing") {
      const message = `There is no file ${FOLDER}${name}.`;
      found.findings.push({ severity: "error", pointer, message, remedy: "Create it, or correct the path." });
    } else if (world !== undefined) worlds.push(world);
    else isComplete = false;
  }
  const pattern = await compileTestPatterns(found);
  const faults = await locate(file, json.text, found.findings);
  const isUnsaid = parsed !== undefined && parsed.expected === undefined;
  const problems = isUnsaid ? [...(await locate(file, json.text, [nothingExpected()])), ...faults] : faults;
  // `ratchet test --update` can write the expectation that is missing, so the test exists without it.
  const isValid = isComplete && !faults.some(({ severity }) => severity === "error");
  if (parsed === undefined || !isValid) return { problems };
  const test = {
    name: path.slice(FOLDER.length, -".json".length),
    file,
    ...merged(parsed, worlds),
    ...defined({ pattern }),
  };
  return { test, problems };
}

function joined(all: readonly DurableMocks[]): DurableMocks | undefined {
  if (all.length === 0) return undefined;
  return {
    tasks: all.flatMap(({ tasks }) => tasks),
    signals: all.flatMap(({ signals }) => signals),
    approvals: all.flatMap(({ approvals }) => approvals),
  };
}

/** Adds what the fixture files say. The test's own values count more, and its own mocks come first. */
function merged({ fixtures: _, ...test }: CheckedTest, worlds: readonly TestWorld[]): Omit<TaskTest, "name" | "file"> {
  const all = { input: undefined, ...Object.assign({}, ...worlds.map(({ mocks: __, ...world }) => world), test) };
  const secrets = Object.assign({}, ...[...worlds, test].map((world) => world.secrets));
  const inputs = [...worlds, test].flatMap(({ input }) => (input === undefined ? [] : [input]));
  const last = inputs.at(-1) ?? null;
  const input = inputs.every(isObject) && inputs.length > 1 ? Object.assign({}, ...inputs) : last;
  const mocks = [...test.mocks, ...worlds.flatMap((world) => world.mocks)];
  const durable = joined([test, ...worlds].flatMap((world) => world.durable ?? []));
  return { ...all, input, mocks, ...defined({ durable }), ...(Object.keys(secrets).length > 0 ? { secrets } : {}) };
}
