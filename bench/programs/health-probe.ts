/** Asks for /health again and again until its standard input ends, then prints the longest time it took, ms. */
const url = `${process.argv[2]}/health`;
const PAUSE_MS = 5;

let ended = false;
const input = (async () => {
  for await (const _chunk of Bun.stdin.stream()) {
    // Only its end matters.
  }
  ended = true;
})();

const times: number[] = [];
await fetch(url);
process.stdout.write("ready\n");
while (!ended) {
  const start = performance.now();
  await (await fetch(url)).text();
  times.push(performance.now() - start);
  await Bun.sleep(PAUSE_MS);
}
await input;
process.stdout.write(`${JSON.stringify({ worst: Math.max(0, ...times), count: times.length })}\n`);
process.exit(0);

export {};
