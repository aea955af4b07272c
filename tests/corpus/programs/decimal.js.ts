import Decimal from "decimal.js";

export default function () {
  Decimal.set({ precision: 40 });
  return [
    new Decimal(0.1).plus(0.2),
    Decimal.sqrt(2),
    new Decimal(10).pow(-20),
    Decimal.exp(1),
    new Decimal("123.456").toDP(1, Decimal.ROUND_UP),
    Decimal.sin(1),
  ].map(String);
}
