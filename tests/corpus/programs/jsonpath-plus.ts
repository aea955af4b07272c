import { JSONPath } from "jsonpath-plus";

const json = {
  store: {
    book: [
      { title: "A", price: 8 },
      { title: "B", price: 12 },
      { title: "C", price: 9 },
    ],
    bicycle: { price: 20 },
  },
};

export default function () {
  return {
    titles: JSONPath({ path: "$.store.book[*].title", json }),
    prices: JSONPath({ path: "$..price", json }),
    cheap: JSONPath({ path: "$..book[?(@.price < 10)].title", json }),
    pointers: JSONPath({ path: "$..book[-1:]", json, resultType: "pointer" }),
  };
}
