import { assign, createActor, createMachine } from "xstate";

const order = createMachine({
  id: "order",
  initial: "cart",
  context: { items: 0 },
  states: {
    cart: {
      on: {
        ADD: { actions: assign({ items: ({ context }) => context.items + 1 }) },
        PAY: { target: "paying", guard: ({ context }) => context.items > 0 },
      },
    },
    paying: { on: { OK: "done", FAIL: "cart" } },
    done: { type: "final" },
  },
});

export default function () {
  const actor = createActor(order);
  const seen: unknown[] = [];
  actor.subscribe((snapshot) => seen.push([snapshot.value, snapshot.context.items]));
  actor.start();
  for (const type of ["PAY", "ADD", "PAY", "FAIL", "ADD", "PAY", "OK"]) actor.send({ type });
  return { seen, status: actor.getSnapshot().status };
}
