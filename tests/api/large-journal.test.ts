import { expect, test } from "bun:test";
import type { ServiceDependencies } from "../../src/service/dependencies.ts";
import { readJournal } from "../../src/service/runs/read-journal.ts";
import type { StoredOperation } from "../../src/store/contract/runs.ts";

test("what is too large to be shown in a journal is not even parsed, because that takes the time of every other request", async () => {
  const large = "x".repeat(600_000);
  const operation: Partial<StoredOperation> = {
    ...{ executionId: 1, number: 1, kind: "step", name: "s", label: null, state: "completed", order: 1, attempts: 1 },
    // Parsing it would fail.
    ...{ request: large, result: large },
  };
  const deps = {
    store: {
      executions: { getMany: async () => [{ id: 1 }] },
      runs: { operations: async () => [operation], settlements: async () => [] },
    },
    vault: { latest: async () => undefined },
  } as unknown as Pick<ServiceDependencies, "store" | "vault">;
  const { items } = await readJournal(deps, 1);
  expect(items).toMatchObject([{ number: 1, input: null, output: null, error: null }]);
});
