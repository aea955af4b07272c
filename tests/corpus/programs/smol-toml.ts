import { parse, stringify } from "smol-toml";

export default function () {
  const parsed = parse(
    'title = "T"\n[owner]\ndob = 1979-05-27T07:32:00-08:00\nports = [ 8000, 8001 ]\n[[products]]\nname = "Hammer"\n[[products]]\nname = "Nail"\nweight = 0.5\n',
  );
  return { parsed: JSON.parse(JSON.stringify(parsed)), text: stringify({ a: { b: [1, 2], c: "x" }, d: true }) };
}
