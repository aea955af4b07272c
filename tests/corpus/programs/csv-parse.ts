import { parse } from "csv-parse/sync";

export default function () {
  return {
    records: parse('\ufeffid,name\n1,"Ada, Countess"\n2,Bob\n', {
      bom: true,
      columns: true,
      cast: (value, { column }) => (column === "id" ? Number(value) : value),
    }),
    tabs: parse("# head\na\tb\n\nc\td", { delimiter: "\t", comment: "#", skip_empty_lines: true }),
  };
}
