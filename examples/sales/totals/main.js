async function main(sales) {
  const totals = {};
  for await (const { shop, euros } of sales) totals[shop] = (totals[shop] ?? 0) + euros;
  return totals;
}
