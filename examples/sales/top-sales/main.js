async function main(sales) {
  const large = [];
  for await (const sale of sales) {
    if (sale.euros < 1000) continue;
    large.push(sale);
    if (large.length === 3) break;
  }
  return large;
}
