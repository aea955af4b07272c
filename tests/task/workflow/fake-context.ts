import type { JsonObject, JsonValue } from "../../../src/domain/json.ts";

/** One operation that a workflow asked the fake context for. */
export interface FakeOperation {
  number: number;
  method: string;
  label: string;
  undoes?: number;
  /** The task, or the name of the signal. */
  name: string;
  input?: JsonValue;
  options: JsonObject;
}

/** How a call ends. */
export type FakeEnd = { output: JsonValue } | { error: string };

/** Decides how an operation ends. Undefined leaves it open until it is withdrawn. */
export type Answer = (operation: FakeOperation, item?: JsonValue) => FakeEnd | undefined;

/** A durable context in memory, whose operations end in the order that it is told. */
export interface FakeContext {
  context: Record<string, unknown>;
  operations: FakeOperation[];
  /** Numbers of operations that were withdrawn before they had ended. */
  withdrawn: number[];
  /** Ends operations until none can end. @param choose the index of the next one to end, of those that are open */
  settle(choose?: (open: readonly FakeOperation[]) => number): Promise<void>;
  /** Rejects everything that is open, as the cancellation of the run does. */
  cancel(): Promise<void>;
}

interface Open extends FakeOperation {
  resolve(value: JsonValue): void;
  reject(error: Error): void;
  isWithdrawn: boolean;
}

/**
 * Creates a context whose operations end as `answer` says.
 * @param isLate has an operation that is withdrawn ended before? Then it has its own result. @default none has
 */
export function fakeContext(answer: Answer, isLate: (operation: FakeOperation) => boolean = () => false): FakeContext {
  const operations: FakeOperation[] = [];
  const withdrawn: number[] = [];
  let open: Open[] = [];

  function operate(method: string, name: string, input: JsonValue | undefined, given: Record<string, unknown> = {}) {
    const { label, undoes, numbered, ...options } = given as JsonObject & {
      numbered?: (number: number, withdraw: () => void) => void;
    };
    const operation: FakeOperation = {
      number: operations.length + 1,
      method,
      label: String(label),
      name,
      // What a task gets is JSON.
      options: JSON.parse(JSON.stringify(options)),
      ...(input === undefined ? {} : { input: JSON.parse(JSON.stringify(input)) }),
      ...(typeof undoes === "number" ? { undoes } : {}),
    };
    operations.push(operation);
    const { promise, resolve, reject } = Promise.withResolvers<JsonValue>();
    const entry: Open = { ...operation, resolve, reject, isWithdrawn: false };
    open.push(entry);
    numbered?.(operation.number, () => {
      entry.isWithdrawn = true;
    });
    return promise;
  }

  function end(entry: Open): boolean {
    const close = () => {
      open = open.filter((one) => one !== entry);
    };
    if (entry.isWithdrawn && !isLate(entry)) {
      close();
      withdrawn.push(entry.number);
      entry.reject(errorNamed("CancelledError"));
      return true;
    }
    const ended = entry.method === "map" ? endMap(entry, answer) : answer(entry);
    if (ended === undefined) return false;
    close();
    if ("output" in ended) entry.resolve(ended.output);
    else entry.reject(errorNamed(ended.error, entry.name));
    return true;
  }

  return {
    context: {
      call: (task: string, input: JsonValue, options: object) => operate("call", task, input, { ...options }),
      map: (items: JsonValue[], task: string, options: object) => operate("map", task, items, { ...options }),
      sleep: (duration: JsonValue, options: object) => operate("sleep", String(duration), undefined, { ...options }),
      sleepUntil: (time: JsonValue, options: object) => operate("sleepUntil", String(time), undefined, { ...options }),
      waitFor: (name: string, options: object) => operate("wait", name, undefined, { ...options }),
      approve: ({ title, ...options }: { title: string }) => operate("approve", title, undefined, options),
    },
    operations,
    withdrawn,
    async settle(choose = () => 0) {
      await turn();
      const stuck = new Set<Open>();
      for (;;) {
        const candidates = open.filter((one) => one.isWithdrawn || !stuck.has(one));
        if (candidates.length === 0) return;
        const chosen = candidates[Math.max(0, choose(candidates)) % candidates.length];
        if (chosen === undefined) return;
        if (!end(chosen)) stuck.add(chosen);
        await turn();
      }
    },
    async cancel() {
      for (const entry of open.splice(0)) entry.reject(errorNamed("CancelledError"));
      await turn();
    },
  };
}

function endMap(entry: Open, answer: Answer): FakeEnd | undefined {
  const outputs: JsonValue[] = [];
  for (const item of entry.input as JsonValue[]) {
    const ended = answer(entry, item);
    if (ended === undefined) return undefined;
    if ("output" in ended) outputs.push(ended.output);
    else if (entry.options.onError === "fail") return ended;
    else outputs.push({ error: { name: ended.error, message: `${entry.name} failed`, code: null } });
  }
  return { output: outputs };
}

function errorNamed(name: string, task?: string): Error {
  const error = Object.assign(
    new Error(task === undefined ? "the run was cancelled" : `${task} failed`),
    task === undefined ? {} : { call: { task } },
  );
  error.name = name;
  return error;
}

/** Lets all promises settle that can. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
