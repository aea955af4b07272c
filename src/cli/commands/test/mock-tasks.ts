import type { DurableError, DurableResult } from "../../../domain/durable.ts";
import type { JsonValue } from "../../../domain/json.ts";
import type { TaskMock } from "../../../domain/task.ts";
import { toRatchetError } from "../../../domain/unknown-error.ts";
import { checkCallPermission } from "../../../execution/durable/call-permission.ts";
import type { Callee, Child, Children, ChildStreams } from "../../../execution/durable/memory/children.ts";
import type { StreamReader } from "../../../execution/durable/memory/step-stream.ts";
import { refusedCall } from "../../../execution/durable/refused-call.ts";
import { completed, failed } from "../../../execution/durable/results.ts";
import { type RowsFailure, takesNoStream } from "../../../execution/durable/stream-failures.ts";
import { checkWholeInput } from "../../../execution/execute.ts";
import { defined } from "../../../lib/defined.ts";
import { matchJson } from "../../../lib/match-json.ts";
import type { FindTask } from "../../../task/callable-tasks.ts";

/** Calls of tasks that a test answers. */
export interface MockTasks {
  children: Children;
  /** The calls that no mock answered, each as a sentence. */
  unanswered(): string[];
  /** Descriptions of the mocks that no call used. */
  unused(): string[];
}

/** How mocks are matched. */
interface MockTasksOptions {
  mocks: readonly TaskMock[];
  /** Tests regular expressions of matchers. */
  pattern: (source: string, text: string) => boolean;
  /** Finds the real task, whose input schema holds in tests too. It need not exist. */
  findTask: FindTask;
}

/** Answers calls with mocks. Several that match are used in order, and the last one again and again. */
export function mockTasks({ mocks, pattern, findTask }: MockTasksOptions): MockTasks {
  const used = new Set<TaskMock>();
  const unanswered: string[] = [];

  function answer(task: string, version: string | undefined, input: string): TaskMock | undefined {
    const value = JSON.parse(input) as JsonValue;
    const own = mocks.filter((mock) => mock.task === task && (mock.version === undefined || mock.version === version));
    const fitting = own.filter(
      (mock) => mock.input === undefined || matchJson(mock.input, value, pattern).length === 0,
    );
    const mock = fitting.find((one) => !used.has(one)) ?? fitting.at(-1);
    if (mock !== undefined) used.add(mock);
    else unanswered.push(`The task called ${called(task, version)}, ${why(own, value, pattern)}.`);
    return mock;
  }

  return {
    children: {
      async find(caller, task, version) {
        const call = defined({ task, version });
        const real = await findTask(task, version).catch(() => undefined);
        const refused = checkCallPermission(caller, real?.metadata.label ?? task);
        if (refused !== undefined) return { error: refused };
        const callee: Callee = {
          label: real?.metadata.label ?? task,
          check: async (input) => (real === undefined ? undefined : inputError(input, real)),
          checkRows: async () =>
            real === undefined || real.metadata.stream === true ? undefined : takesNoStream(real.metadata.label),
          start: (input, _, streams = {}) =>
            mockedChild((given) => answer(task, version, given), { input, streams, call }),
        };
        return { callee };
      },
    },
    unanswered: () => unanswered,
    unused: () => mocks.filter((mock) => !used.has(mock)).map(({ task }) => `task ${task}`),
  };
}

function called(task: string, version: string | undefined): string {
  return version === undefined ? task : `${task} in version ${version}`;
}

function why(own: readonly TaskMock[], input: JsonValue, pattern: MockTasksOptions["pattern"]): string {
  const [first] = own;
  if (first === undefined) return "which has no mock: add one to mock.tasks";
  const [difference] = matchJson(first.input, input, pattern);
  return `and no mock of it matches the input (${difference ?? ""})`;
}

async function inputError(
  input: string,
  real: Parameters<typeof checkWholeInput>[0],
): Promise<DurableError | undefined> {
  try {
    await checkWholeInput(real, input);
    return undefined;
  } catch (error) {
    const { label, version } = real.metadata;
    return refusedCall(toRatchetError(error), { task: label, version });
  }
}

/** A call that a test answers. */
interface MockedCall {
  input: string;
  streams: ChildStreams;
  call: { task: string; version?: string };
}

function mockedChild(answer: (input: string) => TaskMock | undefined, { input, streams, call }: MockedCall): Child {
  const ids = { jobId: crypto.randomUUID(), executionId: crypto.randomUUID() };
  const { rows, written } = streams;
  const end = (mock: TaskMock | undefined): DurableResult => {
    const missing = { name: "Error", code: "NO_MOCK", message: `the call of ${call.task} has no mock` };
    const error = mock === undefined ? missing : mock.error;
    if (error !== undefined) return failed({ ...error, call: { ...call, ...ids } });
    return completed(JSON.stringify(mock?.output ?? null));
  };
  const run = (given: string): DurableResult => {
    const mock = answer(given);
    const sink = written?.sink();
    for (const [item, value] of (mock?.stream ?? []).entries()) sink?.(JSON.stringify(value), item, () => {});
    return end(mock);
  };
  const ended =
    rows === undefined
      ? Promise.resolve(run(input))
      : readAll(rows).then((read) => ("error" in read ? failed(read.error) : run(read.input)));
  return { ids, call: () => ({ ...call, ...ids }), ended, cancel: () => {} };
}

/** Reads a stream to its end. @returns the list of its items, as JSON */
async function readAll(rows: StreamReader): Promise<{ input: string } | RowsFailure> {
  const items: string[] = [];
  for (;;) {
    const batch = await rows.read(items.length);
    if ("error" in batch) return batch;
    items.push(...batch.rows);
    if (batch.end) return { input: `[${items.join(",")}]` };
  }
}
