import { TransformStream } from "web-streams-polyfill";
import { OPERATION } from "../../host-operations.ts";
import { needArguments, shapeInterface } from "../interface.ts";
import { bridge } from "../part-bridge.ts";
import { copyBytes, toEnum } from "../webidl.ts";

/** The two ends of a stream that changes what passes through it. */
type Ends = Pick<TransformStream<unknown, unknown>, "readable" | "writable">;

const FORMATS = ["gzip", "deflate", "deflate-raw"] as const;
/** The most input of one step of the host, bytes. */
const STEP = 64 * 1024;
/** How many bytes precede the output of a step. */
const HEAD = 5;
const { host } = bridge;
const nothing = new Uint8Array(0);

/** https://compression.spec.whatwg.org/#compression-stream */
export class CompressionStream {
  readonly #ends: Ends;

  constructor(...given: unknown[]) {
    needArguments(given, 1, "CompressionStream");
    this.#ends = passThroughHost(toFormat(given[0]), false);
  }

  get readable(): Ends["readable"] {
    return this.#ends.readable;
  }

  get writable(): Ends["writable"] {
    return this.#ends.writable;
  }
}

/** https://compression.spec.whatwg.org/#decompression-stream */
export class DecompressionStream {
  readonly #ends: Ends;

  constructor(...given: unknown[]) {
    needArguments(given, 1, "DecompressionStream");
    this.#ends = passThroughHost(toFormat(given[0]) + FORMATS.length, true);
  }

  get readable(): Ends["readable"] {
    return this.#ends.readable;
  }

  get writable(): Ends["writable"] {
    return this.#ends.writable;
  }
}

function toFormat(value: unknown): number {
  return FORMATS.indexOf(toEnum(value, FORMATS, "the format"));
}

/** @param strict input after the end of the compressed data is an error */
function passThroughHost(format: number, strict: boolean): Ends {
  // The host's part of it is only made for those that are used.
  let stream = 0;
  const close = () => {
    if (stream !== 0) host(OPERATION.closeCompression, stream);
    stream = 0;
  };
  const pass = (bytes: Uint8Array, finish: boolean, enqueue: (chunk: Uint8Array) => void) => {
    if (stream === 0) stream = host(OPERATION.openCompression, format) as number;
    let at = 0;
    for (let more = true; more; ) {
      const input = bytes.subarray(at, at + STEP);
      const isLast = finish && at + input.length === bytes.length;
      const result = host(OPERATION.compress, stream, input, isLast ? 1 : 0);
      if (!(result instanceof Uint8Array)) throw new TypeError(`the data can't be decompressed: ${result}`);
      const left = new DataView(result.buffer, result.byteOffset).getUint32(0, true);
      if (result.length > HEAD) enqueue(result.slice(HEAD));
      at += input.length - left;
      const isFull = result[4] === 1;
      if (strict && left > 0 && !isFull)
        throw new TypeError("there is more input after the end of the compressed data");
      more = isFull || at < bytes.length;
    }
  };
  return new TransformStream<unknown, Uint8Array>({
    transform(chunk, controller) {
      try {
        pass(copyBytes(chunk, "a chunk"), false, (output) => controller.enqueue(output));
      } catch (error) {
        close();
        throw error;
      }
    },
    flush(controller) {
      try {
        pass(nothing, true, (output) => controller.enqueue(output));
      } finally {
        close();
      }
    },
    cancel: close,
  });
}

/** Gives the classes the shape of interfaces. */
export function installCompression(): void {
  shapeInterface(CompressionStream, "CompressionStream", { constructor: 1 });
  shapeInterface(DecompressionStream, "DecompressionStream", { constructor: 1 });
}
