import pako from "pako";

export default function () {
  const text = "abcabcabc ".repeat(50);
  const packed = pako.gzip(text);
  return {
    smaller: packed.length < text.length,
    again: pako.ungzip(packed, { to: "string" }) === text,
    raw: pako.inflateRaw(pako.deflateRaw(text), { to: "string" }).length,
    bytes: [...pako.deflate("hello")],
  };
}
