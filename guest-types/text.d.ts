declare namespace Ratchet {
  /** Bytes, as functions of the web platform take them. */
  type Bytes = ArrayBufferView<ArrayBuffer> | ArrayBuffer;
}

/** Encodes text as UTF-8. Unpaired surrogates become U+FFFD. */
interface TextEncoder {
  /** "utf-8". */
  readonly encoding: string;
  encode(input?: string): Uint8Array<ArrayBuffer>;
  /** Encodes as much as the destination has room for. */
  encodeInto(source: string, destination: Uint8Array<ArrayBufferLike>): TextEncoderEncodeIntoResult;
}
interface TextEncoderEncodeIntoResult {
  /** UTF-16 units of the source. */
  read: number;
  /** Bytes of the destination. */
  written: number;
}
declare var TextEncoder: {
  prototype: TextEncoder;
  new (): TextEncoder;
};

interface TextDecoderOptions {
  /** Throws a TypeError for bytes that are not valid. Default: false. */
  fatal?: boolean;
  /** Keeps a byte order mark as a character. Default: false. */
  ignoreBOM?: boolean;
}
interface TextDecodeOptions {
  /** More bytes follow with the next call. Default: false. */
  stream?: boolean;
}
/** Decodes bytes into text, in any encoding of the Encoding standard. */
interface TextDecoder {
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  decode(input?: ArrayBufferLike | ArrayBufferView<ArrayBufferLike>, options?: TextDecodeOptions): string;
}
declare var TextDecoder: {
  prototype: TextDecoder;
  /** @param label default: "utf-8" */
  new (label?: string, options?: TextDecoderOptions): TextDecoder;
};
