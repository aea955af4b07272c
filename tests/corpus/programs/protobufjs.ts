import protobuf from "protobufjs";

export default function () {
  const { root } = protobuf.parse(
    'syntax = "proto3"; message Item { string name = 1; repeated int32 ids = 2; map<string, double> scores = 3; int64 big = 4; }',
  );
  const Item = root.lookupType("Item");
  const bytes = Item.encode(
    Item.fromObject({ name: "é", ids: [1, 300], scores: { a: 1.5 }, big: "9007199254740993" }),
  ).finish();
  return {
    bytes: [...bytes],
    decoded: Item.toObject(Item.decode(bytes), { longs: String }),
    problem: Item.verify({ name: 1 }),
  };
}
