import BigNumber from "bignumber.js";

export default function () {
  const price = new BigNumber("19.99");
  return [
    price.times(3).toString(),
    price.div(3).dp(4).toString(),
    new BigNumber("1e30").plus(1).toFixed(),
    new BigNumber("ff", 16).toString(),
    new BigNumber("1234567.891").toFormat(2),
    price.isGreaterThan(19),
  ];
}
