import { decode, decodeMulti, ExtensionCodec, encode } from "@msgpack/msgpack";

export default function () {
  const codec = new ExtensionCodec();
  codec.register({
    type: 1,
    encode: (value) => (value instanceof Set ? encode([...value]) : null),
    decode: (bytes) => (decode(bytes) as unknown[]).join("+"),
  });
  const bytes = encode(
    { n: 1, f: 1.5, s: "é", list: [null, true, -5], bin: new Uint8Array([1, 2]), set: new Set([1, 2]) },
    { extensionCodec: codec },
  );
  const value = decode(bytes, { extensionCodec: codec }) as Record<string, unknown>;
  return {
    length: bytes.length,
    ...value,
    bin: [...(value.bin as Uint8Array)],
    many: [...decodeMulti(new Uint8Array([1, 2, 0xa1, 0x78]))],
  };
}
