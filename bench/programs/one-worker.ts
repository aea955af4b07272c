/** A Bun program that starts one Worker and gets one message back: the least that a program with a Worker costs. */
const worker = new Worker(new URL("./echo-worker.ts", import.meta.url).href);
worker.onmessage = (event) => {
  process.stdout.write(`${event.data}\n`);
  process.exit(0);
};
worker.postMessage('{"sum":15}');
