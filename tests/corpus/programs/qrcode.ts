import QRCode from "qrcode";

export default async function () {
  const code = QRCode.create("https://example.com/a?b=c", { errorCorrectionLevel: "Q" });
  return {
    version: code.version,
    size: code.modules.size,
    dark: code.modules.data.reduce((sum: number, bit: number) => sum + bit, 0),
    svg: await QRCode.toString("hi", { type: "svg" }),
  };
}
