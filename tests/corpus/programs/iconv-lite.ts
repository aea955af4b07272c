import iconv from "iconv-lite";

export default function () {
  const latin = iconv.encode("Grüße €", "win1252");
  return {
    bytes: [...latin],
    text: iconv.decode(latin, "win1252"),
    sjis: [...iconv.encode("日本", "Shift_JIS")],
    gbk: iconv.decode(Buffer.from([0xc4, 0xe3, 0xba, 0xc3]), "gbk"),
    utf16: [...iconv.encode("a", "utf16le", { addBOM: true })],
    known: iconv.encodingExists("koi8-r"),
  };
}
