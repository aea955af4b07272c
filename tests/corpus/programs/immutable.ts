import { fromJS, type Map as ImmutableMap, isMap, List, OrderedSet, Record } from "immutable";

export default function () {
  const Point = Record({ x: 0, y: 0 });
  const nested = fromJS({ a: { b: [1, 2] } }) as ImmutableMap<string, unknown>;
  return {
    updated: nested.updateIn(["a", "b", 0], (n) => (n as number) + 10).toJS(),
    same: [isMap(nested), nested.equals(fromJS({ a: { b: [1, 2] } }))],
    set: OrderedSet([3, 1, 3]).toArray(),
    point: new Point({ x: 5 }).set("y", 6).toJS(),
    grouped: List([1, 2, 3])
      .groupBy((n) => (n % 2 ? "odd" : "even"))
      .toJS(),
  };
}
