import Stream, { compose, Duplex, finished, PassThrough, pipeline, Readable, Transform, Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { pipeline as piped } from "node:stream/promises";

const upper = () =>
  new Transform({ transform: (chunk, _encoding, callback) => callback(null, String(chunk).toUpperCase()) });

export default async function () {
  const chunks: string[] = [];
  const sink = new Writable({
    write: (chunk, _encoding, callback) => {
      chunks.push(String(chunk));
      callback();
    },
  });
  await piped(Readable.from(["a", "b", "c"]), upper(), sink);
  const failed = await piped(
    Readable.from([1, 2]),
    new Transform({ objectMode: true, transform: (_chunk, _e, callback) => callback(new Error("bad")) }),
    new PassThrough(),
  ).catch((error: Error) => error.message);
  const doubled = await Readable.from([1, 2, 3, 4])
    .filter((n) => n % 2 === 0)
    .map((n) => n * 10)
    .toArray();
  const generated = await text(
    Readable.from(
      (async function* () {
        yield "x";
        yield "y";
      })(),
    ),
  );
  const slow = new Readable({
    highWaterMark: 2,
    read() {
      this.push(null);
    },
  });
  const events: string[] = [];
  const pass = new PassThrough({ encoding: "utf8" });
  pass
    .on("data", (chunk) => events.push(`data ${chunk}`))
    .on("end", () => events.push("end"))
    .on("close", () => events.push("close"));
  pass.write("1");
  pass.end("2");
  await new Promise<void>((resolve) => finished(pass, () => resolve()));
  const byCallback = await new Promise((resolve) =>
    pipeline(
      Readable.from(["q"]),
      async function* (source) {
        for await (const chunk of source) yield `<${chunk}>`;
      },
      async (source) => {
        let all = "";
        for await (const chunk of source) all += chunk;
        return all;
      },
      (error, value) => resolve([error ?? null, value]),
    ),
  );
  const read: string[] = [];
  const paused = Readable.from(["one", "two"]);
  for await (const chunk of paused) read.push(chunk);
  const destroyed = new Readable({ read() {} });
  const destruction = new Promise<string>((resolve) => destroyed.on("error", (error) => resolve(error.message)));
  destroyed.destroy(new Error("gone"));
  await new Promise<void>((resolve) => setTimeout(resolve, 1));
  return {
    chunks,
    failed,
    doubled,
    generated,
    events,
    byCallback,
    read,
    destruction: await destruction,
    composed: await text(compose(upper(), new PassThrough()).end("abc") as unknown as AsyncIterable<string>),
    types: [
      Stream.Readable === Readable,
      new Duplex() instanceof Readable,
      new Transform() instanceof Writable,
      slow.readableHighWaterMark,
    ],
  };
}
