import type { Violations } from "../../checking/value-checks.ts";
import type { DurableEvent } from "../../domain/durable.ts";
import { RatchetError } from "../../domain/errors.ts";
import { pointerText } from "../../lib/json-pointer.ts";
import type { DurableSession } from "../../sandbox/executor.ts";

/** How many violations a message has. */
const MOST_SHOWN = 20;

/** How items are checked. */
export interface ItemChecks {
  /** Has the task an output schema? It is that of each item. */
  hasSchema: () => Promise<boolean>;
  /** What its author calls the schema. */
  schemaName: () => Promise<string>;
  /** Checks the JSON of an item. */
  violations: (json: string) => Promise<Violations>;
}

/** A session whose items are checked before its host gets them. */
export interface CheckedSession {
  durable: DurableSession | undefined;
  /** Has the run a stream? */
  isStreamed: () => boolean;
  /** Resolves when the host has all messages, to the error of an item that does not match the schema, if there is one. */
  settled: () => Promise<RatchetError | undefined>;
}

/**
 * Checks the items of a run's stream. One that does not match cancels the run gracefully, so that its `finally` runs, and no
 * further item reaches the host. All messages stay in their order.
 */
export function checkedItems(durable: DurableSession | undefined, checks: ItemChecks): CheckedSession {
  if (durable === undefined) return { durable, isStreamed: () => false, settled: async () => undefined };
  let send: (event: DurableEvent) => void = () => {};
  let isStreamed = (durable.start.items ?? 0) > 0;
  let hasSchema: boolean | undefined;
  /** What is done before the next message. */
  let before: Promise<void> | undefined;
  let wrong: RatchetError | undefined;

  async function check(json: string, item: number): Promise<void> {
    try {
      hasSchema ??= await checks.hasSchema();
      if (!hasSchema || wrong !== undefined) return;
      const found = await checks.violations(json);
      if (found.count > 0) wrong = mismatch(found, item, await checks.schemaName());
    } catch (error) {
      if (!(error instanceof RatchetError)) throw error;
      wrong = error;
    }
    if (wrong !== undefined) send({ type: "cancel" });
  }

  const inOrder = (work: () => void | Promise<void>) => {
    const next: Promise<void> = (before ?? Promise.resolve()).then(work).finally(() => {
      if (before === next) before = undefined;
    });
    before = next;
  };

  return {
    durable: {
      start: durable.start,
      attach(receiver) {
        send = receiver;
        durable.attach(receiver);
      },
      receive(message, seed) {
        const pass = () => durable.receive(message, seed);
        if (message.type === "stream") isStreamed = true;
        if (message.type === "write") {
          isStreamed = true;
          const { json, item } = message;
          if (hasSchema !== false) inOrder(() => check(json, item));
          if (hasSchema !== false || before !== undefined)
            return inOrder(() => (wrong === undefined ? pass() : undefined));
        } else if (before !== undefined) return inOrder(pass);
        pass();
      },
    },
    isStreamed: () => isStreamed,
    async settled() {
      while (before !== undefined) await before;
      return wrong;
    },
  };
}

function mismatch({ violations, count }: Violations, item: number, schema: string): RatchetError {
  const shown = violations.slice(0, MOST_SHOWN).map(({ pointer, message }) => ({ pointer, message }));
  const lines = shown.map(({ pointer, message }) => `${pointerText(pointer)} ${message}`);
  const more = count > shown.length ? ` (and ${count - shown.length} more)` : "";
  const message = `item ${item} of the stream does not match ${schema}: ${lines.join("; ")}${more}`;
  return new RatchetError("INVALID_OUTPUT", message, {
    data: { item, violations: shown, count },
    remedy: "Correct what the task writes, or the schema.",
  });
}
