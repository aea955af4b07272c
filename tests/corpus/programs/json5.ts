import JSON5 from "json5";

export default function () {
  return {
    parsed: JSON5.parse("{ // comment\n unquoted: 'single', hex: 0xDECAF, list: [1, .5, +3,], multi: 'a\\\nb' }"),
    text: JSON5.stringify({ a: "it's", "b-c": [1] }, null, 2),
  };
}
