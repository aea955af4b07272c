import { DURABLE_LIMITS } from "../../domain/durable.ts";
import type { JsonObject, JsonValue } from "../../domain/json.ts";
import type { ApprovalMock, SignalMock, TaskMock } from "../../domain/task.ts";
import { defined } from "../../lib/defined.ts";
import { parseDuration } from "../../lib/duration.ts";
import { isObject } from "../../lib/is-object.ts";
import { checkMatchers } from "./check-matchers.ts";
import { reportFault, reportUnknown, type TestFindings } from "./findings.ts";

const TASK_FIELDS = ["task", "version", "input", "stream", "output", "error"];
const ERROR_FIELDS = ["name", "message", "code", "data"];
const SIGNAL_FIELDS = ["name", "payload", "after"];
const APPROVAL_FIELDS = ["title", "approved", "input"];

/** Checks one mock of a list. @param pointer of the mock */
type CheckOne<T> = (mock: JsonObject, pointer: string, found: TestFindings) => T | undefined;

/** Checks `mock.tasks`. */
export function checkTaskMocks(mocks: JsonValue | undefined, found: TestFindings): TaskMock[] {
  return checkList("tasks", mocks, checkTaskMock, found);
}

/** Checks `mock.signals`. */
export function checkSignalMocks(mocks: JsonValue | undefined, found: TestFindings): SignalMock[] {
  return checkList("signals", mocks, checkSignalMock, found);
}

/** Checks `mock.approvals`. */
export function checkApprovalMocks(mocks: JsonValue | undefined, found: TestFindings): ApprovalMock[] {
  return checkList("approvals", mocks, checkApprovalMock, found);
}

/** What each list has, for messages. */
const EXAMPLES = {
  tasks: '{"task": "charge-card", "output": {"id": 1}}',
  signals: '{"name": "paid", "payload": {"sum": 5}, "after": "2d"}',
  approvals: '{"title": "Buy it?", "approved": true}',
} as const;

function checkList<T>(
  name: keyof typeof EXAMPLES,
  mocks: JsonValue | undefined,
  check: CheckOne<T>,
  found: TestFindings,
): T[] {
  if (mocks === undefined) return [];
  const remedy = `Write a list such as [${EXAMPLES[name]}].`;
  if (!Array.isArray(mocks)) {
    reportFault(found, `/mock/${name}`, `The ${name} are not a list.`, remedy);
    return [];
  }
  return mocks.flatMap((mock, index) => {
    const pointer = `/mock/${name}/${index}`;
    if (isObject(mock)) return check(mock, pointer, found) ?? [];
    reportFault(found, pointer, "The mock is not an object.", `Write ${EXAMPLES[name]}.`);
    return [];
  });
}

function checkTaskMock(mock: JsonObject, pointer: string, found: TestFindings): TaskMock | undefined {
  reportUnknown(mock, TASK_FIELDS, pointer, found);
  const { task, version, input, stream, output, error } = mock;
  if (input !== undefined) checkMatchers(input, `${pointer}/input`, found);
  const isVersion = version === undefined || (typeof version === "string" && version !== "");
  if (!isVersion) reportFault(found, `${pointer}/version`, "The version is not a text.", 'Write one such as "1.0.0".');
  if (output !== undefined && error !== undefined) {
    reportFault(found, `${pointer}/error`, 'Both "output" and "error" are given.', "Write one of them.");
  }
  if (output === undefined && error === undefined && stream === undefined) {
    reportFault(found, pointer, 'The mock has neither "output" nor "error".', `Write ${EXAMPLES.tasks}.`);
  }
  if (stream !== undefined && !Array.isArray(stream)) {
    reportFault(found, `${pointer}/stream`, "The stream is not a list.", "Write its items, such as [1, 2].");
  }
  const failure = error === undefined ? undefined : checkError(error, `${pointer}/error`, found);
  if (typeof task !== "string" || task === "") {
    const [at, message] = task === undefined ? ["", 'The mock has no "task".'] : ["/task", "The task is not a label."];
    reportFault(found, `${pointer}${at}`, message, `Write ${EXAMPLES.tasks}.`);
    return undefined;
  }
  return {
    task,
    ...defined({ version: typeof version === "string" ? version : undefined, input, output, error: failure }),
    ...(Array.isArray(stream) && { stream }),
  };
}

function checkError(error: JsonValue, pointer: string, found: TestFindings): TaskMock["error"] {
  const remedy = 'Write {"name": "ValidationError", "message": "..."}.';
  if (!isObject(error)) {
    reportFault(found, pointer, "The error is not an object.", remedy);
    return undefined;
  }
  reportUnknown(error, ERROR_FIELDS, pointer, found);
  const { name, message = "", code, data } = error;
  for (const [member, value] of Object.entries({ name, message, code: code ?? "" })) {
    if (typeof value !== "string") reportFault(found, `${pointer}/${member}`, `The ${member} is not a text.`, remedy);
  }
  if (data !== undefined && !isObject(data))
    reportFault(found, `${pointer}/data`, "The data is not an object.", remedy);
  return {
    // Anything else was reported. An object may have a toString that is no function.
    name: typeof name === "string" ? name : "",
    message: typeof message === "string" ? message : "",
    ...defined({
      code: typeof code === "string" ? code : undefined,
      data: isObject(data) ? (data as JsonObject) : undefined,
    }),
  };
}

function checkSignalMock(mock: JsonObject, pointer: string, found: TestFindings): SignalMock | undefined {
  reportUnknown(mock, SIGNAL_FIELDS, pointer, found);
  const { name, payload = null, after } = mock;
  const afterMs = after === undefined ? undefined : checkAfter(after, `${pointer}/after`, found);
  if (typeof name === "string" && name !== "") return { name, payload, ...defined({ afterMs }) };
  const [at, message] = name === undefined ? ["", 'The signal has no "name".'] : ["/name", "The name is not a text."];
  reportFault(found, `${pointer}${at}`, message, `Write ${EXAMPLES.signals}.`);
  return undefined;
}

function checkAfter(after: JsonValue, pointer: string, found: TestFindings): number | undefined {
  const ms = typeof after === "string" ? parseDuration(after) : after;
  if (typeof ms === "number" && Number.isInteger(ms) && ms >= 0 && ms <= DURABLE_LIMITS.waitMs) return ms;
  const remedy = 'Write a time after the start, such as "2d", or a number of ms.';
  reportFault(found, pointer, "The time is not a duration of at most ten years.", remedy);
  return undefined;
}

function checkApprovalMock(mock: JsonObject, pointer: string, found: TestFindings): ApprovalMock | undefined {
  reportUnknown(mock, APPROVAL_FIELDS, pointer, found);
  const { title, approved, input } = mock;
  if (title !== undefined && typeof title !== "string") {
    reportFault(found, `${pointer}/title`, "The title is not a text.", `Write ${EXAMPLES.approvals}.`);
  }
  if (typeof approved !== "boolean") {
    const [at, message] =
      approved === undefined ? ["", 'The approval has no "approved".'] : ["/approved", "It is neither true nor false."];
    reportFault(found, `${pointer}${at}`, message, `Write ${EXAMPLES.approvals}.`);
    return undefined;
  }
  return { approved, ...defined({ title: typeof title === "string" ? title : undefined, input }) };
}
