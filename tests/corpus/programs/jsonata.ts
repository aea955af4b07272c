import jsonata from "jsonata";

export default async function () {
  const order = {
    items: [
      { sku: "a", qty: 2, price: 3.5 },
      { sku: "b", qty: 1, price: 10 },
      { sku: "a", qty: 1, price: 3.5 },
    ],
  };
  const run = (query: string) => jsonata(query).evaluate(order);
  return JSON.parse(
    JSON.stringify([
      await run("$sum(items.(qty * price))"),
      await run("items{sku: $sum(qty)}"),
      await run("items[price > 5].sku"),
      await run("$map(items, function($i) { $uppercase($i.sku) & ':' & $i.qty })"),
      await run("$fromMillis(1510067557121, '[Y]-[M01]-[D01] [H01]:[m]')"),
      broken(),
    ]),
  );
}

function broken(): string {
  try {
    jsonata("$foo(");
    return "";
  } catch (error) {
    return (error as { code: string }).code;
  }
}
