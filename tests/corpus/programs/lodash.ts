import _ from "lodash";

export default function () {
  const users = [
    { name: "b", age: 2, tags: ["x"] },
    { name: "a", age: 1, tags: ["x", "y"] },
    { name: "c", age: 2 },
  ];
  return [
    _.groupBy(users, "age"),
    _.orderBy(users, ["age", "name"], ["desc", "asc"]).map((u) => u.name),
    _.get(users, "[1].tags[1]"),
    _.merge({ a: { b: 1 } }, { a: { c: [2] } }),
    _.chunk(_.range(7), 3),
    _.camelCase("some-kebab case"),
    _.template("hi <%= who %>")({ who: "x" }),
    _.isEqual(new Map([[1, { a: 1 }]]), new Map([[1, { a: 1 }]])),
  ];
}
