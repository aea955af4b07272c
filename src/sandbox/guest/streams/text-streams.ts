import { TransformStream } from "web-streams-polyfill";
import { shapeInterface } from "../interface.ts";
import { toDictionary, toDomString } from "../webidl.ts";

/** The two ends of a stream that changes what passes through it: https://streams.spec.whatwg.org/#generictransformstream */
type Ends = Pick<TransformStream<unknown, unknown>, "readable" | "writable">;

/** Strings are chunks of any length, so two of them can share a character. */
const highSurrogate = /[\ud800-\udbff]$/;
const Decoder = TextDecoder;
const Encoder = TextEncoder;

/** https://encoding.spec.whatwg.org/#interface-textdecoderstream */
export class TextDecoderStream {
  readonly #decoder: TextDecoder;
  readonly #ends: Ends;

  constructor(label: unknown = "utf-8", options: unknown = undefined) {
    const { fatal, ignoreBOM } = toDictionary(options, "the options of TextDecoderStream");
    const decoder = new Decoder(label as ConstructorParameters<typeof TextDecoder>[0], {
      fatal: Boolean(fatal),
      ignoreBOM: Boolean(ignoreBOM),
    });
    this.#decoder = decoder;
    this.#ends = new TransformStream<unknown, string>({
      transform(chunk, controller) {
        if (chunk === undefined) throw new TypeError("the chunks of a TextDecoderStream must be bytes");
        const text = decoder.decode(chunk as Uint8Array, { stream: true });
        if (text !== "") controller.enqueue(text);
      },
      flush(controller) {
        const text = decoder.decode();
        if (text !== "") controller.enqueue(text);
      },
    });
  }

  get encoding(): string {
    return this.#decoder.encoding;
  }

  get fatal(): boolean {
    return this.#decoder.fatal;
  }

  get ignoreBOM(): boolean {
    return this.#decoder.ignoreBOM;
  }

  get readable(): Ends["readable"] {
    return this.#ends.readable;
  }

  get writable(): Ends["writable"] {
    return this.#ends.writable;
  }
}

/** https://encoding.spec.whatwg.org/#interface-textencoderstream */
export class TextEncoderStream {
  readonly #ends: Ends;

  constructor() {
    const encoder = new Encoder();
    let half = "";
    this.#ends = new TransformStream<unknown, Uint8Array>({
      transform(chunk, controller) {
        const text = half + toDomString(chunk, "a chunk of a TextEncoderStream");
        half = highSurrogate.exec(text)?.[0] ?? "";
        const whole = half === "" ? text : text.slice(0, -1);
        if (whole !== "") controller.enqueue(encoder.encode(whole));
      },
      flush(controller) {
        if (half !== "") controller.enqueue(encoder.encode(half));
      },
    });
  }

  get encoding(): string {
    void this.#ends; // throws for anything else than a TextEncoderStream
    return "utf-8";
  }

  get readable(): Ends["readable"] {
    return this.#ends.readable;
  }

  get writable(): Ends["writable"] {
    return this.#ends.writable;
  }
}

/** Gives the classes the shape of interfaces. */
export function installTextStreams(): void {
  shapeInterface(TextDecoderStream, "TextDecoderStream");
  shapeInterface(TextEncoderStream, "TextEncoderStream");
}
