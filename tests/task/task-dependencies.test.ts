import { expect, test } from "bun:test";
import type { JsonValue } from "../../src/domain/json.ts";
import { checkMetadata } from "../../src/task/metadata.ts";

const GOOD = {
  uuid: "7d444840-9dc0-11d1-b245-5ffdce74fad2",
  version: "1.0.0",
  label: "order",
  description: "Orders something",
};

test("names the tasks that a task needs, as an object or a list", () => {
  const dependencies = { "check-stock": "^1.2.0", "fetch-price": "*" };
  const read = [
    { task: "check-stock", range: "^1.2.0" },
    { task: "fetch-price", range: "*" },
  ];
  for (const value of [dependencies, ["check-stock@^1.2.0", "fetch-price"]]) {
    const { metadata, findings } = checkMetadata({ ...GOOD, dependencies: value });
    expect([findings, metadata?.dependencies]).toEqual([[], read]);
  }
  for (const [value, pointer] of [
    [5, "/dependencies"],
    [{ a: 1 }, "/dependencies/a"],
    [["a", null], "/dependencies/1"],
    [["a@!"], "/dependencies/0"],
  ] as const) {
    expect(checkMetadata({ ...GOOD, dependencies: value as JsonValue }).findings).toMatchObject([{ pointer }]);
  }
});
