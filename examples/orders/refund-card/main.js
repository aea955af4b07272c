function main({ chargeId }) {
  console.log(`gave back ${chargeId}`);
  return {};
}

main;
