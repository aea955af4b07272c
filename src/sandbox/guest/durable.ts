import { usePart } from "./parts.ts";

type Method = (...given: unknown[]) => Promise<unknown>;

/** What the part "durable" provides. */
interface DurablePart {
  methods: Record<string, Method>;
  deliver(index: number, text: string): void;
}

const durable = (): DurablePart => usePart("durable") as DurablePart;
const use = (name: string, given: unknown[]): Promise<unknown> => (durable().methods[name] as Method)(...given);

/** The durable methods of the context. What they do is loaded when the first one is called. */
export const durableMethods = {
  sleep: (...given: unknown[]) => use("sleep", given),
  sleepUntil: (...given: unknown[]) => use("sleepUntil", given),
  call: (...given: unknown[]) => use("call", given),
  map: (...given: unknown[]) => use("map", given),
  step: (...given: unknown[]) => use("step", given),
  waitFor: (...given: unknown[]) => use("waitFor", given),
  approve: (...given: unknown[]) => use("approve", given),
  emit: (...given: unknown[]) => use("emit", given),
  continueAsNew: (...given: unknown[]) => use("continueAsNew", given),
  output: { write: (...given: unknown[]) => use("write", given) },
};

/** Receives what has happened to a durable operation: see DURABLE_DELIVERY. */
export function settleDurable(index: number, text: string): void {
  durable().deliver(index, text);
}
