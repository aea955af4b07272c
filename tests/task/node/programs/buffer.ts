import { Buffer, constants, isAscii, isUtf8, transcode } from "node:buffer";

export default function () {
  const b = Buffer.from("héllo wörld €", "utf8");
  const numbers = Buffer.alloc(32);
  numbers.writeDoubleBE(1.5, 0);
  numbers.writeInt32LE(-7, 8);
  numbers.writeBigUInt64BE(2n ** 63n, 12);
  numbers.writeUIntLE(0x123456, 20, 3);
  numbers.writeFloatLE(0.1, 24);
  return {
    encodings: (["utf8", "hex", "base64", "base64url", "latin1", "ascii", "utf16le", "binary"] as const).map((e) =>
      b.toString(e),
    ),
    back: [
      Buffer.from("aGk_-w", "base64url"),
      Buffer.from("aGk/+w==", "base64"),
      Buffer.from("zz", "hex"),
      Buffer.from("0aF", "hex"),
    ].map((x) => [...x]),
    url: [
      Buffer.from([251, 255, 254]).toString("base64url"),
      Buffer.isEncoding("base64url"),
      Buffer.byteLength("-_8", "base64url"),
    ],
    numbers: numbers.toString("hex"),
    read: [
      numbers.readDoubleBE(0),
      numbers.readInt32LE(8),
      String(numbers.readBigUInt64BE(12)),
      numbers.readUIntLE(20, 3),
      numbers.readFloatLE(24),
    ],
    slices: [
      b.subarray(1, 3).toString("hex"),
      b.slice(-3).toString(),
      Buffer.concat([b.subarray(0, 2), b.subarray(-2)], 3).length,
    ],
    search: [b.indexOf("w"), b.lastIndexOf("l"), b.includes("€"), b.indexOf(Buffer.from("ö")), b.indexOf(0x20)],
    compare: [
      Buffer.compare(b, Buffer.from("x")),
      b.equals(Buffer.from(b)),
      Buffer.isBuffer(b),
      Buffer.isBuffer(new Uint8Array(1)),
    ],
    fill: [
      Buffer.alloc(5, "ab").toString(),
      Buffer.alloc(3).fill("é").toString("hex"),
      Buffer.from("abcd").swap16().toString(),
    ],
    json: JSON.stringify(Buffer.from("hi")),
    inspect: `${Buffer.from("abc")}`,
    copy: (() => {
      const to = Buffer.alloc(4);
      return [Buffer.from("abc").copy(to, 1), to.toString("hex")];
    })(),
    write: (() => {
      const to = Buffer.alloc(6);
      return [to.write("aé€", 1), to.toString("hex"), to.write("ff", 0, "hex")];
    })(),
    checks: [isAscii(Buffer.from("a")), isAscii(b), isUtf8(b), isUtf8(Buffer.from([0xff]))],
    transcoded: transcode(Buffer.from("é"), "utf8", "latin1").toString("hex"),
    iterate: [...Buffer.from("ab").entries()],
    limits: typeof constants.MAX_LENGTH,
    globals: [globalThis.Buffer === Buffer, atob("aGk="), btoa("hi")],
  };
}
