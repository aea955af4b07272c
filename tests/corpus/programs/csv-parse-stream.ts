import { parse } from "csv-parse";

export default async function () {
  const parser = parse("a,b\n1,2\n3,4\n", { columns: true });
  const rows: unknown[] = [];
  for await (const row of parser) rows.push(row);
  return { rows, lines: parser.info.lines };
}
