import { isMap, parse, parseDocument, stringify } from "yaml";

export default function () {
  const document = parseDocument("# keep\na: &x [1, 0x1F, ~]\nb: *x\nc: |\n  two\n  lines\n");
  document.set("d", { e: "yes" });
  return {
    value: document.toJS(),
    text: String(document),
    map: isMap(document.contents),
    multi: parse("- - 1\n  - 2\n- {a: b}"),
    plain: stringify({ on: "true", n: 1.5, list: [] }),
  };
}
