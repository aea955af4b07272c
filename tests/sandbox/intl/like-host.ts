import fc from "fast-check";
import type { JsonValue } from "../../../src/domain/json.ts";
import type { Executor } from "../../../src/sandbox/executor.ts";
import { outputOf } from "../../conformance/request.ts";
import { type IntlCall, intlCall, PERFORM } from "./intl-calls.ts";

/** Calls in one execution. */
const BATCH = 250;

/** A call whose result in the guest is not the host's. */
export interface Difference {
  call: IntlCall;
  guest: JsonValue | undefined;
  host: JsonValue | undefined;
}

/** Performs random calls in a guest and here. @returns every difference */
export async function differences(executor: Executor, count: number, seed: number): Promise<Difference[]> {
  const calls = fc.sample(intlCall, { numRuns: count, seed });
  const perform = new Function(`return ${PERFORM}`)() as (calls: readonly IntlCall[]) => JsonValue[];
  const found: Difference[] = [];
  for (let at = 0; at < calls.length; at += BATCH) {
    // What JSON can't carry (a negative zero) must not reach one side only.
    const batch = JSON.parse(JSON.stringify(calls.slice(at, at + BATCH))) as IntlCall[];
    const guest = (await outputOf(executor, `(input) => (${PERFORM})(input)`, {
      input: batch as unknown as JsonValue,
      limits: { timeMs: 60_000, memoryBytes: 256 * 1024 * 1024, outputBytes: 64 * 1024 * 1024 },
    })) as JsonValue[];
    for (const [i, host] of perform(batch).entries()) {
      const call = batch[i];
      if (call !== undefined && !Bun.deepEquals(guest[i], host, true)) found.push({ call, guest: guest[i], host });
    }
  }
  return found;
}
