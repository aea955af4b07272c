import { PDFDocument, rgb, StandardFonts } from "pdf-lib";

export default async function () {
  const document = await PDFDocument.create();
  document.setCreationDate(new Date(0));
  document.setModificationDate(new Date(0));
  const font = await document.embedFont(StandardFonts.Helvetica);
  document.addPage([300, 200]).drawText("Invoice 42", { x: 20, y: 150, size: 24, font, color: rgb(0, 0.2, 0.8) });
  const bytes = await document.save({ useObjectStreams: false });
  const again = await PDFDocument.load(bytes, { updateMetadata: false });
  return {
    head: String.fromCharCode(...bytes.slice(0, 8)),
    length: bytes.length,
    pages: again.getPageCount(),
    size: again.getPage(0).getSize(),
    width: font.widthOfTextAtSize("Invoice", 24),
  };
}
