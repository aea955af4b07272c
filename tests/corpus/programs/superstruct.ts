import { array, assert, coerce, create, number, object, type StructError, string } from "superstruct";

const Article = object({
  id: coerce(number(), string(), (text) => Number(text)),
  title: string(),
  tags: array(string()),
});

export default function () {
  let failures: unknown;
  try {
    assert({ id: "x", title: 1, tags: ["a", 2] }, Article);
  } catch (error) {
    failures = (error as StructError).failures().map(({ path, type, message }) => ({ path, type, message }));
  }
  return { made: create({ id: "34", title: "Hello", tags: [] }, Article), failures };
}
