import { Buffer } from "buffer/";

export default function () {
  const buffer = Buffer.concat([Buffer.from("héllo"), Buffer.from("ff00", "hex"), Buffer.alloc(2, 7)]);
  buffer.writeUInt16BE(0x1234, 0);
  return {
    hex: buffer.toString("hex"),
    base64: buffer.toString("base64"),
    text: buffer.subarray(2, 6).toString(),
    at: buffer.indexOf(Buffer.from([0xff])),
    read: buffer.readInt16LE(0),
    compare: Buffer.compare(Buffer.from("a"), Buffer.from("b")),
    json: Buffer.from([1]).toJSON(),
    byteLength: Buffer.byteLength("€"),
  };
}
