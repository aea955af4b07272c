import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { createResultOrder } from "../../src/cli/commands/run-once/result-order.ts";

const WIDE = { lines: 1_000, characters: 1_000_000 };

describe("createResultOrder", () => {
  test("passes results in the order of their places, whatever order they come in", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 30 }).chain((n) => fc.shuffledSubarray([...Array(n).keys()], { minLength: n })),
        (arrivals) => {
          const passed: string[] = [];
          const order = createResultOrder({ ordered: true, window: WIDE }, ({ text }) => passed.push(text));
          for (const _ of arrivals) order.begin();
          for (const place of arrivals) order.put(place, { text: String(place) });
          expect(passed).toEqual([...arrivals.keys()].map(String));
        },
      ),
    );
  });

  test("passes results as they come when order does not count", () => {
    const passed: string[] = [];
    const order = createResultOrder({ ordered: false, window: { lines: 1, characters: 1 } }, ({ text }) =>
      passed.push(text),
    );
    expect([order.begin(), order.begin()]).toEqual([0, 1]);
    order.put(1, { text: "second" });
    order.put(0, { text: "first" });
    expect(passed).toEqual(["second", "first"]);
    expect(order.hasRoom()).toBe(true);
  });

  test("has no room while too many lines, or too much text, wait for a slow one", () => {
    const order = createResultOrder({ ordered: true, window: { lines: 3, characters: 10 } }, () => {});
    for (let i = 0; i < 3; i++) order.begin();
    expect(order.hasRoom()).toBe(false);
    order.put(0, { text: "a" });
    expect(order.hasRoom()).toBe(true);
    order.put(2, { text: "0123456789" });
    expect(order.hasRoom()).toBe(false);
    order.put(1, { text: "b" });
    expect(order.hasRoom()).toBe(true);
  });
});
