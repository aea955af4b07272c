function main({ label }) {
  return { code: `C-${label.length}` };
}

main;
