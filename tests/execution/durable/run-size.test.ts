import { expect, test } from "bun:test";
import type { DurableRequest } from "../../../src/domain/durable.ts";
import { createRunSize } from "../../../src/execution/durable/run-size.ts";

const sleep: DurableRequest = { kind: "sleep", until: 5 };
const map = (items: number): DurableRequest => ({
  kind: "map",
  task: "add",
  inputs: new Array<string>(items).fill("1"),
  concurrency: 16,
  onError: "fail",
});

function counted() {
  const warnings: string[] = [];
  return { size: createRunSize((message) => warnings.push(message)), warnings };
}

test("a run is warned once when it is halfway to its operations, and refused behind them", () => {
  const { size, warnings } = counted();
  const refused = [49_999, 50_000, 50_001, 100_000, 100_001].map((number) => size.add(number, sleep)?.code);
  expect(warnings).toEqual([
    "The run has 50000 operations; it ends at 100000. context.continueAsNew begins with none.",
  ]);
  expect(refused).toEqual([undefined, undefined, undefined, undefined, "RUN_LIMIT"]);
});

test("a run is warned once when its journal is half full, by requests or results", () => {
  const { size, warnings } = counted();
  for (let megabytes = 0; megabytes < 60; megabytes++) size.addResult({ ok: true, json: "x".repeat(1024 * 1024) });
  expect(warnings).toEqual([
    "The run has 32MB in its journal; it ends at 64MB. context.continueAsNew begins with none.",
  ]);
});

test("a run is warned of each map with many items", () => {
  const { size, warnings } = counted();
  for (const [at, items] of [5_000, 5_001, 10_000].entries()) size.add(at + 1, map(items));
  expect(warnings).toEqual(
    [5_001, 10_000].map(
      (items) => `The map over add has ${items} items; 10000 are the most. Divide them among several maps.`,
    ),
  );
});
