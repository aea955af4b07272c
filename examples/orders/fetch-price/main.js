function main({ shop, sku, position }) {
  if (shop === "closed") throw new NetworkError(`the shop at position ${position} does not respond`);
  return { shop, price: (sku === "table" ? 1200 : 100) + 10 * position };
}

main;
