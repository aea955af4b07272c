async function* main({ lines }) {
  for (const line of lines) {
    const [shop, amount, currency] = line.split(";");
    yield { shop, amount: Number(amount), currency };
  }
}
