import { stringify } from "csv-stringify/sync";

export default function () {
  return stringify(
    [
      { id: 1, name: "a,b", on: true },
      { id: 2, name: 'say "x"', on: false },
    ],
    { header: true, columns: ["id", "name", "on"], cast: { boolean: (value) => (value ? "yes" : "no") } },
  );
}
