function main({ amount }) {
  return { id: `charge-${amount}` };
}

main;
