import { all, create } from "mathjs";

export default function () {
  const math = create(all);
  return [
    math.evaluate("sqrt(3^2 + 4^2)"),
    math.format(math.evaluate("[1, 2; 3, 4] * [5; 6]")),
    math.derivative("x^3 + 2x", "x").toString(),
    math.evaluate("5.08 cm to inch").toString(),
    math.simplify("2x + x").toString(),
    math.format(math.bignumber("0.1").plus("0.2")),
    math.format(math.complex(2, 3)),
    math.evaluate("f(n) = n^2; f(12)").toString(),
  ];
}
