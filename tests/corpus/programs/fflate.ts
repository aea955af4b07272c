import { gunzipSync, gzipSync, strFromU8, strToU8, unzipSync, zipSync } from "fflate";

export default function () {
  const zipped = zipSync(
    { "a.txt": strToU8("hello"), dir: { "b.txt": [strToU8("x".repeat(1000)), { level: 9 }] } },
    { mtime: new Date("2026-01-01T00:00:00Z") },
  );
  const files = unzipSync(zipped);
  return {
    names: Object.keys(files),
    a: strFromU8(files["a.txt"] as Uint8Array),
    b: files["dir/b.txt"]?.length,
    gzip: strFromU8(gunzipSync(gzipSync(strToU8("é".repeat(10))))),
  };
}
