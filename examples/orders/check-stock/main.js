function main({ sku, count }) {
  const stock = { chair: 12, table: 3 }[sku];
  if (stock === undefined) throw new DataError(`there is no article ${sku}`);
  if (stock < count) throw new DataError(`only ${stock} pieces of ${sku} are left`);
  return { count: stock };
}

main;
