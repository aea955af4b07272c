import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { TimerQueue } from "../../src/sandbox/quickjs/host/timer-queue.ts";

/** Everything in a queue, taken out in its order. */
function drain(queue: TimerQueue): number[] {
  const order: number[] = [];
  for (let first = queue.first(); first !== undefined; first = queue.first()) {
    order.push(first.index);
    queue.delete(first.index);
  }
  return order;
}

describe("the queue of timers", () => {
  test("behaves as a sorted list", () => {
    const operation = fc.oneof(
      fc.record({ set: fc.nat(20), due: fc.nat(5) }),
      fc.record({ clear: fc.nat(20) }),
      fc.constant({ take: true }),
    );
    fc.assert(
      fc.property(fc.array(operation, { maxLength: 200 }), (operations) => {
        const queue = new TimerQueue();
        let list: { index: number; due: number; order: number }[] = [];
        for (const [order, step] of operations.entries()) {
          const gone = "set" in step ? step.set : "clear" in step ? step.clear : queue.first()?.index;
          if ("take" in step) {
            expect(gone).toBe(list.toSorted((a, b) => a.due - b.due || a.order - b.order)[0]?.index);
          }
          list = list.filter(({ index }) => index !== gone);
          if ("set" in step) {
            queue.set(step.set, step.due);
            list.push({ index: step.set, due: step.due, order });
          } else if (gone !== undefined) queue.delete(gone);
          expect(queue.size).toBe(list.length);
        }
        expect(drain(queue)).toEqual(list.toSorted((a, b) => a.due - b.due || a.order - b.order).map((t) => t.index));
      }),
    );
  });

  test("keeps nothing of cleared timers", () => {
    const queue = new TimerQueue();
    for (let i = 0; i < 100_000; i++) {
      queue.set(i, 1e9 + i);
      queue.delete(i);
    }
    queue.set(-1, 5);
    expect([queue.size, queue.first()?.index, queue.due(7)]).toEqual([1, -1, undefined]);
  });
});
