function main({ label }) {
  return { code: `P-${label.length}` };
}

main;
