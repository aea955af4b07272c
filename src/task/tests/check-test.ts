import type { FixedSources } from "../../domain/fixed-sources.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { DurableMocks, HttpMock, TestExpectation } from "../../domain/task.ts";
import { isTimeZone } from "../../domain/time-zone.ts";
import { defined } from "../../lib/defined.ts";
import { isObject } from "../../lib/is-object.ts";
import { pointerStep } from "../json-file.ts";
import { checkMatchers } from "./check-matchers.ts";
import { checkMocks } from "./check-mock.ts";
import { reportFault, reportUnknown, type TestFindings } from "./findings.ts";

/** Members that say what a test expects. A test has one of them. */
const EXPECTATIONS = ["expected_output", "expected_match", "expected_error"] as const;
const SHARED_FIELDS = ["$schema", "description", "input", "mock", "secrets", "clock", "seed", "timezone"];
const TEST_FIELDS = [...SHARED_FIELDS, "fixtures", ...EXPECTATIONS];
const ERROR_FIELDS = ["name", "message", "status", "code"];
/** A date and time of RFC 3339 with a zone, so that it means the same everywhere. */
const DATE_TIME = /^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:[Zz]|[+-]\d\d:\d\d)$/;
/** The last time that a Date can hold, in ms. */
const LAST_TIME = 8.64e15;

/** What a test or a fixture file says about the world in which the task runs. */
export interface TestWorld extends FixedSources {
  /** Undefined if the file has none. */
  input?: JsonValue | undefined;
  mocks: HttpMock[];
  durable?: DurableMocks;
  secrets?: Record<string, string>;
  timeZone?: string;
}

/** The content of a test file. */
export interface CheckedTest extends TestWorld {
  expected: TestExpectation | undefined;
  /** Paths of fixture files, relative to the folder of the tests. */
  fixtures: string[];
}

/** Checks the content of a test file and adds problems to `found`. */
export function checkTest(value: JsonValue, found: TestFindings): CheckedTest | undefined {
  if (!isObject(value)) {
    const remedy = 'Write {"input": ..., "expected_output": ...}.';
    reportFault(found, "", "The file does not contain a JSON object.", remedy);
    return undefined;
  }
  reportUnknown(value, TEST_FIELDS, "", found);
  const fixtures = checkFixtures(value.fixtures, found);
  if (!Object.hasOwn(value, "input") && value.fixtures === undefined) {
    reportFault(found, "", 'The field "input" is missing.', 'Add "input".');
  }
  const expected = checkExpected(value, found);
  return { ...checkWorld(value, found), expected, fixtures };
}

/** Checks the content of a fixture file and adds problems to `found`. */
export function checkFixture(value: JsonValue, found: TestFindings): TestWorld | undefined {
  if (!isObject(value)) {
    const remedy = 'Write {"mock": {"http": [...]}}.';
    reportFault(found, "", "The fixture file does not contain a JSON object.", remedy);
    return undefined;
  }
  reportUnknown(value, SHARED_FIELDS, "", found);
  return checkWorld(value, found);
}

function checkWorld(value: JsonObject, found: TestFindings): TestWorld {
  const { input, mock, description, secrets, clock, seed, timezone } = value;
  if (description !== undefined && typeof description !== "string") {
    reportFault(found, "/description", 'The field "description" is not a string.', "Put it in quotes.");
  }
  return {
    ...(mock === undefined ? { mocks: [] } : checkMocks(mock, found)),
    ...defined({
      input,
      secrets: secrets === undefined ? undefined : checkSecrets(secrets, found),
      startedAt: clock === undefined ? undefined : checkClock(clock, found),
      seed: seed === undefined ? undefined : checkSeed(seed, found),
      timeZone: timezone === undefined ? undefined : checkTimeZone(timezone, found),
    }),
  };
}

function checkExpected(value: JsonObject, found: TestFindings): TestExpectation | undefined {
  const given = EXPECTATIONS.filter((name) => Object.hasOwn(value, name));
  if (given.length > 1) {
    reportFault(found, "", `Both ${given.join(" and ")} are given.`, `Write only one of ${EXPECTATIONS.join(", ")}.`);
  }
  const { expected_output: output, expected_match: match, expected_error: error } = value;
  if (error !== undefined) return checkError(error, found);
  if (match !== undefined) {
    checkMatchers(match, "/expected_match", found);
    return { match };
  }
  return output === undefined ? undefined : { output };
}

function checkError(error: JsonValue, found: TestFindings): TestExpectation {
  const at = "/expected_error";
  if (isObject(error)) {
    reportUnknown(error, ERROR_FIELDS, at, found);
    checkMatchers(error, at, found);
    if (!Object.keys(error).some((name) => ERROR_FIELDS.includes(name))) {
      reportFault(found, at, "The expected error is empty.", `Write one of ${ERROR_FIELDS.join(", ")}.`);
    }
  } else if (typeof error !== "string" || error === "") {
    const remedy =
      'Write the error\'s type, such as "ValidationError", part of its message, or {"name": ..., "status": ...}.';
    reportFault(found, at, 'The field "expected_error" is neither a text nor an object.', remedy);
  }
  return { error };
}

function checkFixtures(fixtures: JsonValue | undefined, found: TestFindings): string[] {
  if (fixtures === undefined) return [];
  const paths = Array.isArray(fixtures) ? fixtures : [fixtures];
  const remedy = 'Write the path of a .json file below tests/, such as "fixtures/api.json".';
  return paths.flatMap((path, index) => {
    const at = Array.isArray(fixtures) ? `/fixtures/${index}` : "/fixtures";
    if (typeof path === "string" && /^(?!.*(?:^|\/)\.)[^\\]+\.json$/.test(path) && !path.startsWith("/")) return [path];
    reportFault(found, at, `${JSON.stringify(path)} is not the path of a fixture file.`, remedy);
    return [];
  });
}

function checkSecrets(secrets: JsonValue, found: TestFindings): Record<string, string> {
  if (!isObject(secrets)) {
    reportFault(found, "/secrets", "The secrets are not an object.", 'Write {"API_KEY": "any text"}.');
    return {};
  }
  const checked: [string, string][] = [];
  for (const [name, value] of Object.entries(secrets)) {
    if (typeof value === "string") checked.push([name, value]);
    else {
      const message = `The secret ${JSON.stringify(name)} is not a text.`;
      reportFault(found, `/secrets${pointerStep(name)}`, message, "Put it in quotes.");
    }
  }
  return Object.fromEntries(checked);
}

function checkClock(clock: JsonValue, found: TestFindings): number | undefined {
  const ms = typeof clock === "string" && DATE_TIME.test(clock) ? Date.parse(clock) : clock;
  if (typeof ms === "number" && Number.isInteger(ms) && Math.abs(ms) <= LAST_TIME) return ms;
  const remedy = 'Write a time with its zone, such as "2026-11-28T10:00:00Z", or a number of ms since 1970.';
  reportFault(found, "/clock", "The clock is not a time.", remedy);
  return undefined;
}

function checkSeed(seed: JsonValue, found: TestFindings): string | undefined {
  if (typeof seed === "string" || Number.isSafeInteger(seed)) return String(seed);
  reportFault(found, "/seed", "The seed is neither a whole number nor a text.", "Write a seed such as 1.");
  return undefined;
}

function checkTimeZone(name: JsonValue, found: TestFindings): string | undefined {
  if (typeof name === "string" && isTimeZone(name)) return name;
  const remedy = 'Write a name of the IANA database, such as "Europe/Berlin".';
  reportFault(found, "/timezone", "The time zone does not exist.", remedy);
  return undefined;
}

/** The problem of a test that does not say what it expects. */
export function nothingExpected(): { severity: "error"; pointer: string; message: string; remedy: string } {
  const message = `None of ${EXPECTATIONS.join(", ")} is given.`;
  return {
    severity: "error",
    pointer: "",
    message,
    remedy:
      'Write "expected_output", "expected_match" or "expected_error", or let `ratchet test --update` write the output.',
  };
}
