import { NIL, parse, stringify, v1, v4, v5, v7, validate, version } from "uuid";

export default function () {
  const named = v5("https://example.com/", v5.URL);
  return {
    named,
    bytes: [...parse(named)],
    again: stringify(parse(named)),
    versions: [v1(), v4(), v7()].map(version),
    valid: [validate(NIL), validate("x")],
    fixed: v7({ msecs: 1_700_000_000_000, seq: 1, random: new Uint8Array(16) }),
  };
}
