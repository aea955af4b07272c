import type { ProgramGroup } from "../program.ts";

const PRELUDE = `
  const tried = async (work) => { try { return await work(); } catch (error) { return error?.name ?? error; } };
  const bytes = (...list) => Uint8Array.from(list);
  const all = async (stream) => { const list = []; for await (const chunk of stream) list.push(chunk); return list; };
  const text = async (stream) => (await all(stream.pipeThrough(new TextDecoderStream()))).join("");
  const source = (...chunks) => new ReadableStream({ start(c) { for (const chunk of chunks) c.enqueue(chunk); c.close(); } });
`;

/** Streams by their standards: https://streams.spec.whatwg.org, and those for texts and compression. */
export const streams: ProgramGroup = {
  title: "streams",
  programs: [
    {
      name: "the constructors are classes of the platform, and are loaded when they are used",
      code: `() => ["ReadableStream", "WritableStream", "TransformStream", "ByteLengthQueuingStrategy", "CountQueuingStrategy",
        "ReadableStreamDefaultReader", "ReadableStreamBYOBReader", "WritableStreamDefaultWriter", "ReadableStreamBYOBRequest",
        "ReadableByteStreamController", "ReadableStreamDefaultController", "TransformStreamDefaultController",
        "WritableStreamDefaultController", "TextDecoderStream", "TextEncoderStream", "CompressionStream", "DecompressionStream"]
        .filter((name) => globalThis[name].name !== name || globalThis[name].prototype[Symbol.toStringTag] !== name)`,
      output: [],
    },
    {
      name: "the console does not show what a stream is made of",
      code: `() => { console.log(new ReadableStream(), [new TransformStream()], { _own: 1 }); }`,
      logs: [["info", "ReadableStream {} [TransformStream {}] { _own: 1 }"]],
      output: null,
    },
    {
      name: "asynchronous iteration, its end and its cancellation",
      code: `${PRELUDE} async () => {
        const seen = []; let n = 0;
        const stream = new ReadableStream({ pull(c) { c.enqueue(n++); }, cancel(reason) { seen.push("cancelled"); } });
        for await (const chunk of stream) { seen.push(chunk); if (seen.length === 3) break; }
        const kept = source("a", "b");
        for await (const chunk of kept.values({ preventCancel: true })) break;
        const generator = Object.getPrototypeOf(async function* () {}).prototype;
        const own = Object.getPrototypeOf(source().values());
        return [seen, await all(kept), Object.getPrototypeOf(own) === Object.getPrototypeOf(generator)];
      }`,
      output: [[0, 1, 2, "cancelled"], ["b"], true],
    },
    {
      name: "from, tee and cancel",
      code: `${PRELUDE} async () => {
        const [one, other] = ReadableStream.from((async function* () { yield 1; yield 2; })()).tee();
        const cancelled = [];
        const stream = new ReadableStream({ cancel(reason) { cancelled.push(reason); } });
        await stream.cancel("why");
        return [await Promise.all([all(one), all(other)]), cancelled, await all(stream), await tried(() => ReadableStream.from(5))];
      }`,
      output: [
        [
          [1, 2],
          [1, 2],
        ].map((list) => list),
        ["why"],
        [],
        "TypeError",
      ],
    },
    {
      name: "readers lock a stream",
      code: `${PRELUDE} async () => {
        const stream = source("a");
        const reader = stream.getReader();
        const locked = [stream.locked, await tried(() => stream.getReader()), await tried(() => stream.cancel())];
        reader.releaseLock();
        return [...locked, stream.locked, await all(stream)];
      }`,
      output: [true, "TypeError", "TypeError", false, ["a"]],
    },
    {
      name: "byte streams fill the reader's own buffer",
      code: `${PRELUDE} async () => {
        const stream = new ReadableStream({ type: "bytes", pull(c) {
          const { byobRequest } = c;
          if (byobRequest === null) { c.enqueue(bytes(9)); c.close(); return; }
          byobRequest.view[0] = 7; byobRequest.respond(1);
        } });
        const reader = stream.getReader({ mode: "byob" });
        const mine = new Uint8Array(4);
        const { value, done } = await reader.read(mine);
        reader.releaseLock();
        return [[...value], value.buffer.byteLength, mine.byteLength, done, (await stream.getReader().read()).value[0]];
      }`,
      output: [[7], 4, 0, false, 9],
    },
    {
      name: "backpressure by the strategies",
      code: `${PRELUDE} async () => {
        const log = [];
        const stream = new ReadableStream({ pull(c) { log.push(c.desiredSize); c.enqueue("xy"); } }, { highWaterMark: 3, size: (chunk) => chunk.length });
        await new Promise((resolve) => setTimeout(resolve, 1));
        return [log, new ByteLengthQueuingStrategy({ highWaterMark: 5 }).size(bytes(1, 2)), new CountQueuingStrategy({ highWaterMark: 1 }).size(), stream.locked];
      }`,
      output: [[3, 1], 2, 1, false],
    },
    {
      name: "writers, transforms and pipes",
      code: `${PRELUDE} async () => {
        const written = [];
        const sink = new WritableStream({ write(chunk) { written.push(chunk); }, close() { written.push("closed"); } });
        const double = new TransformStream({ transform(chunk, c) { c.enqueue(chunk * 2); }, flush(c) { c.enqueue("end"); } });
        await source(1, 2).pipeThrough(double).pipeTo(sink);
        const failing = new WritableStream({ write() { throw new RangeError("full"); } });
        const writer = failing.getWriter();
        const states = [await tried(() => writer.write(1)), await tried(() => writer.closed), writer.desiredSize];
        return [written, states];
      }`,
      output: [
        [2, 4, "end", "closed"],
        ["RangeError", "RangeError", null],
      ],
    },
    {
      name: "a pipe is aborted by its signal, and errors travel both ways",
      code: `${PRELUDE} async () => {
        const log = [];
        const controller = new AbortController();
        const endless = new ReadableStream({ pull(c) { c.enqueue(1); }, cancel(reason) { log.push("cancel " + reason); } });
        const sink = new WritableStream({ write() { controller.abort("enough"); }, abort(reason) { log.push("abort " + reason); } });
        const outcome = await endless.pipeTo(sink, { signal: controller.signal }).catch((reason) => reason);
        const broken = new ReadableStream({ start(c) { c.error(new RangeError("x")); } });
        return [outcome, log.sort(), await tried(() => broken.pipeTo(new WritableStream()))];
      }`,
      output: ["enough", ["abort enough", "cancel enough"], "RangeError"],
    },
    {
      name: "texts are decoded and encoded across chunks",
      code: `${PRELUDE} async () => {
        const decoded = await all(source(bytes(0xe2, 0x82), bytes(0xac, 0xf0, 0x9f), bytes(0x98, 0x80)).pipeThrough(new TextDecoderStream()));
        const encoded = (await all(source("a\\ud83d", "\\ude00", "\\ud83d").pipeThrough(new TextEncoderStream()))).map((chunk) => [...chunk]);
        const fatal = await tried(() => all(source(bytes(0xff)).pipeThrough(new TextDecoderStream("utf-8", { fatal: true }))));
        const cut = await tried(() => all(source(bytes(0xe2)).pipeThrough(new TextDecoderStream("utf8", { fatal: true }))));
        const decoder = new TextDecoderStream("utf-16le", { ignoreBOM: true });
        return [decoded, encoded, fatal, cut, decoder.encoding, decoder.ignoreBOM, decoder.fatal, await tried(() => all(source("x").pipeThrough(new TextDecoderStream()))), await tried(() => new TextDecoderStream("none"))];
      }`,
      output: [
        ["€", "😀"],
        [[97], [0xf0, 0x9f, 0x98, 0x80], [0xef, 0xbf, 0xbd]],
        ...["TypeError", "TypeError", "utf-16le", true, false, "TypeError", "RangeError"],
      ],
    },
    {
      name: "compression there and back, and what is not compressed data",
      code: `${PRELUDE} async () => {
        const long = "hello world ".repeat(20_000);
        const outcomes = [];
        for (const format of ["gzip", "deflate", "deflate-raw"]) {
          const packed = await new Response(new Blob([long]).stream().pipeThrough(new CompressionStream(format))).bytes();
          const unpacked = (data) => new Response(new Blob([data]).stream().pipeThrough(new DecompressionStream(format))).text();
          outcomes.push([packed.length < 2000, (await unpacked(packed)) === long, await tried(() => unpacked(packed.slice(0, -3))), await tried(() => unpacked(new Blob([packed, "x"])))]);
        }
        return [...outcomes, await tried(() => new CompressionStream("br")), await tried(() => new CompressionStream()), await tried(() => all(source("text").pipeThrough(new CompressionStream("gzip"))))];
      }`,
      output: [
        ...Array.from({ length: 3 }, () => [true, true, "TypeError", "TypeError"]),
        ...["TypeError", "TypeError", "TypeError"],
      ],
    },
  ],
};
