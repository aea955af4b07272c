import jsonLogic from "json-logic-js";

export default function () {
  const rule = { if: [{ ">": [{ var: "temp" }, 100] }, "gas", { ">": [{ var: "temp" }, 0] }, "liquid", "ice"] };
  jsonLogic.add_operation("twice", (value: number) => value * 2);
  return [
    [-1, 20, 200].map((temp) => jsonLogic.apply(rule, { temp })),
    jsonLogic.apply({ reduce: [[1, 2, 3], { "+": [{ var: "current" }, { var: "accumulator" }] }, 0] }),
    jsonLogic.apply({ twice: [21] }),
    jsonLogic.uses_data(rule),
  ];
}
