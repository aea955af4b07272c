/** Fresh isolates of isolated-vm, one an execution. argv: the package's folder, the program, the number. */
const ivm = require(process.argv[2]);
const source = process.argv[3];
const count = Number(process.argv[4]);

const times = [];
for (let run = 0; run < count; run++) {
  const start = performance.now();
  const isolate = new ivm.Isolate({ memoryLimit: 64 });
  const context = isolate.createContextSync();
  const main = context.evalSync(source, { reference: true, timeout: 30_000 });
  const output = main.applySync(undefined, [{ num1: run, num2: 1 }], {
    arguments: { copy: true },
    result: { copy: true },
    timeout: 30_000,
  });
  const text = JSON.stringify(output);
  isolate.dispose();
  times.push(performance.now() - start);
  if (text !== `{"sum":${run + 1}}`) throw new Error(text);
}
process.stdout.write(JSON.stringify(times));
