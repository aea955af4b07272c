import Papa from "papaparse";

export default function () {
  const parsed = Papa.parse('name;amount;note\nAda;1.5;"a; b"\nBob;;"say ""hi"""\n', {
    header: true,
    dynamicTyping: true,
    skipEmptyLines: true,
  });
  return {
    data: parsed.data,
    errors: parsed.errors,
    delimiter: parsed.meta.delimiter,
    text: Papa.unparse([
      { a: 1, b: "x,y" },
      { a: 2, b: 'q"r' },
    ]),
  };
}
