import { usePart } from "./parts.ts";

type Method = (...given: unknown[]) => Promise<unknown>;

/** What the part "durable" provides. */
interface DurablePart {
  methods: Record<string, Method>;
  deliver(index: number, text: string): void;
  stream(generator: unknown): Promise<unknown>;
  rows(): AsyncIterable<unknown>;
}

const NAMES = ["sleep", "sleepUntil", "call", "map", "step", "waitFor", "approve", "emit", "continueAsNew"];

const durable = (): DurablePart => usePart("durable") as DurablePart;

/** A method that is loaded when it is first called. All of them have the same code, because it is in every machine. */
function method(name: string): Method {
  const call = (...given: unknown[]) => (durable().methods[name] as Method)(...given);
  Object.defineProperty(call, "name", { value: name, configurable: true });
  return call;
}

/** Creates the durable methods of the context. */
function makeMethods(): Record<string, unknown> {
  const methods: Record<string, unknown> = { output: { write: method("write") } };
  for (const name of NAMES) methods[name] = method(name);
  return methods;
}

export const durableMethods = makeMethods();

/** Writes what a generator yields as the stream of the run. @returns what it returns */
export function streamOf(generator: unknown): Promise<unknown> {
  return durable().stream(generator);
}

/** The rows of the input, as the task gets them. */
export function rowsOfInput(): AsyncIterable<unknown> {
  return durable().rows();
}

/** Receives what has happened to a durable operation: see DURABLE_DELIVERY. */
export function settleDurable(index: number, text: string): void {
  durable().deliver(index, text);
}
