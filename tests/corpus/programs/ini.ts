import { parse, stringify } from "ini";

export default function () {
  const parsed = parse('; comment\nroot = yes\n[db.main]\nhost=localhost\nport = 5432\nlist[] = a\nlist[] = "b c"\n');
  return {
    parsed: JSON.parse(JSON.stringify(parsed)),
    text: stringify({ a: 1, section: { b: "x=y", list: ["1", "2"] } }),
  };
}
