import { enablePatches, produce, produceWithPatches } from "immer";

enablePatches();

export default function () {
  const before = { todos: [{ text: "a", done: false }], meta: { n: 1 } };
  const after = produce(before, (draft) => {
    for (const todo of draft.todos) todo.done = true;
    draft.todos.push({ text: "b", done: false });
  });
  const [, patches] = produceWithPatches(after, (draft) => void draft.todos.splice(0, 1));
  return { before, after, shared: before.meta === after.meta, frozen: Object.isFrozen(after), patches };
}
