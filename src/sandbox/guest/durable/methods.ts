import { DEFAULT_MAP_CONCURRENCY, DURABLE_LIMITS } from "../../../domain/durable.ts";
import { OPERATION } from "../../host-operations.ts";
import { isObjectOrFunction } from "../webidl.ts";
import { countOf, durationOf, jsonOf, nameOf, optionsOf, retryOf, textsOf, timeOf } from "./arguments.ts";
import { base, host, parse } from "./base.ts";
import { type Asked, methodOptions, open, refuseInStep, write } from "./operations.ts";

type Members = Record<string, unknown>;

export async function sleep(duration: unknown, options?: unknown): Promise<void> {
  const asked = methodOptions(options, "sleep");
  const until = base.wallClock() + durationOf(duration, "the duration of context.sleep");
  await open({ kind: "sleep", until }, asked);
}

export async function sleepUntil(time: unknown, options?: unknown): Promise<void> {
  const asked = methodOptions(options, "sleepUntil");
  await open({ kind: "sleep", until: timeOf(time, "the time of context.sleepUntil") }, asked);
}

export async function call(task: unknown, input?: unknown, options?: unknown): Promise<unknown> {
  const asked = methodOptions(options, "call");
  const { key, detached } = asked.options;
  const request: Members = { kind: "call", ...taskOf(task, asked), input: jsonOf(input, "the input of context.call") };
  if (key !== undefined) request.key = nameOf(key, "key");
  if (detached === true) request.detached = true;
  addStreams(request, asked);
  return open(request, asked);
}

/** Adds what the program of a workflow file passes about streams between steps. */
function addStreams(request: Members, { options: { readers, rows } }: Asked): void {
  if (readers !== undefined) request.readers = readers;
  if (rows !== undefined) request.rows = nameOf(rows, "rows");
}

export async function map(items: unknown, task: unknown, options?: unknown): Promise<unknown> {
  const asked = methodOptions(options, "map");
  const { concurrency = DEFAULT_MAP_CONCURRENCY, onError = "fail" } = asked.options;
  if (onError !== "fail" && onError !== "continue") {
    throw new RangeError('the option onError of context.map must be "fail" or "continue"');
  }
  const request: Members = {
    ...{ kind: "map", ...taskOf(task, asked), inputs: inputsOf(items), onError },
    concurrency: countOf(concurrency, DURABLE_LIMITS.fanOut, "concurrency"),
  };
  return open(request, asked);
}

export async function waitFor(name: unknown, options?: unknown): Promise<unknown> {
  const asked = methodOptions(options, "waitFor");
  const request: Members = { kind: "wait", name: nameOf(name, "the name of context.waitFor") };
  return open({ ...request, ...schemaOf(asked), ...timeoutOf(asked) }, asked);
}

export async function approve(options: unknown): Promise<unknown> {
  refuseInStep("approve");
  const asked: Asked = { method: "approve", options: optionsOf(options, "context.approve") };
  const { title, who, onTimeout = "reject" } = asked.options;
  if (onTimeout !== "reject" && onTimeout !== "approve" && onTimeout !== "fail") {
    throw new RangeError('the option onTimeout of context.approve must be "reject", "approve" or "fail"');
  }
  const request: Members = { kind: "approve", title: nameOf(title, "the title of context.approve"), onTimeout };
  if (who !== undefined) request.who = textsOf(who, "who");
  return open({ ...request, ...schemaOf(asked), ...timeoutOf(asked) }, asked);
}

export async function emit(name: unknown, value?: unknown, options?: unknown): Promise<void> {
  const asked = methodOptions(options, "emit");
  const json = jsonOf(value, "the value of context.emit");
  if (base.encodeUtf8(json).length > DURABLE_LIMITS.valueBytes) {
    throw new RangeError("the value of context.emit has more than 1 MB of JSON");
  }
  await open({ kind: "emit", name: nameOf(name, "the name of context.emit"), value: json }, asked);
}

/** @returns false if nobody reads the stream any more */
export async function writeOutput(value: unknown): Promise<boolean> {
  refuseInStep("output.write");
  return write(jsonOf(value, "the value of context.output.write"));
}

/** Never resolves: the run ends here, and begins again. */
export async function continueAsNew(input?: unknown): Promise<never> {
  refuseInStep("continueAsNew");
  const problem = host(OPERATION.renew, jsonOf(input, "the input of context.continueAsNew"));
  if (problem !== undefined) throw new Error(`context.continueAsNew: ${problem as string}`);
  return new Promise<never>(() => {});
}

function taskOf(task: unknown, asked: Asked): Members {
  const { version } = asked.options;
  const of: Members = { task: nameOf(task, `the task of context.${asked.method}`), ...timeoutOf(asked) };
  if (version !== undefined) of.version = nameOf(version, "version");
  const retry = retryOf(asked.options.retry);
  if (retry !== undefined) of.retry = retry;
  return of;
}

function timeoutOf({ options: { timeout } }: Asked): Members {
  return timeout === undefined ? {} : { timeoutMs: durationOf(timeout, "timeout") };
}

function schemaOf({ method, options: { schema } }: Asked): Members {
  if (schema === undefined) return {};
  const copy: unknown = parse(jsonOf(schema, "schema"));
  const isSchema = typeof copy === "boolean" || (typeof copy === "object" && copy !== null && !Array.isArray(copy));
  if (!isSchema) throw new TypeError(`the option schema of context.${method} must be a JSON Schema`);
  return { schema: copy };
}

function inputsOf(items: unknown): string[] {
  if (!isObjectOrFunction(items)) throw new TypeError("the items of context.map must be a list");
  const inputs: string[] = [];
  for (const item of items as unknown as Iterable<unknown>) {
    if (inputs.length === DURABLE_LIMITS.fanOut) {
      throw new RangeError(`context.map takes at most ${DURABLE_LIMITS.fanOut} items`);
    }
    inputs[inputs.length] = jsonOf(item, `item ${inputs.length} of context.map`);
  }
  return inputs;
}
