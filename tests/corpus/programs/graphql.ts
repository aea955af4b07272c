import { buildSchema, graphql, parse, print, printSchema, validate } from "graphql";

const schema = buildSchema(
  'type Query { hello(name: String = "x"): String!, list: [Item!] } type Item { id: ID! twice: Int }',
);

export default async function () {
  const rootValue = { hello: ({ name }: { name: string }) => `Hello ${name}`, list: async () => [{ id: 1, twice: 2 }] };
  const result = await graphql({
    schema,
    source: "query ($n: String) { hello(name: $n) list { ...f } } fragment f on Item { id twice }",
    rootValue,
    variableValues: { n: "Ada" },
  });
  return {
    data: JSON.parse(JSON.stringify(result)),
    errors: validate(schema, parse("{ nope }")).map(({ message }) => message),
    printed: print(parse("{a(b:[1]){c}}")),
    lines: printSchema(schema).split("\n").length,
  };
}
