import { dump, load } from "js-yaml";

export default function () {
  let failure = "";
  try {
    load("a: [1, 2\nb: 3");
  } catch (error) {
    failure = (error as Error).name;
  }
  return {
    value: load("base: &b {x: 1}\nitems:\n  - <<: *b\n    y: 2\n  - 'it''s'\nflag: true\n"),
    text: dump({ a: [1, { b: null }], long: "x: y" }),
    failure,
  };
}
