function main({ to, text }) {
  if (to.startsWith("blocked@")) throw new DataError(`${to} takes no mail`);
  console.log(`to ${to}: ${text}`);
  return {};
}

main;
