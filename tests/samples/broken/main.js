function main(input) {
  const total = input.price * input.count
  return { total: total ;
}
