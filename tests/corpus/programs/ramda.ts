import * as R from "ramda";

export default function () {
  const total = R.pipe(R.filter(R.propEq(true, "paid")), R.map(R.prop("amount")), R.sum);
  return [
    total([
      { paid: true, amount: 2 },
      { paid: false, amount: 9 },
      { paid: true, amount: 3 },
    ]),
    R.over(R.lensPath(["a", "b"]), R.inc, { a: { b: 1 } }),
    R.groupWith((a: number, b: number) => a + 1 === b, [1, 2, 4, 5, 6]),
    R.curry((a: number, b: number, c: number) => a + b + c)(1)(2)(3),
    R.evolve({ n: R.negate }, { n: 1, m: 2 }),
  ];
}
