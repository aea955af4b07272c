import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { promisify } from "node:util";
import zlib, {
  constants,
  crc32,
  createDeflate,
  createGunzip,
  createGzip,
  deflateRawSync,
  deflateSync,
  Gzip,
  gunzipSync,
  gzipSync,
  inflateRawSync,
  inflateSync,
  unzipSync,
} from "node:zlib";

const text = "The quick brown fox jumps over the lazy dog. ".repeat(200);

function failureOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (error) {
    const { code, errno } = error as { code: string; errno: number };
    return [code, errno];
  }
}

export default async function () {
  const packed = gzipSync(text);
  const streamed = await buffer(
    Readable.from([Buffer.from(text.slice(0, 1000)), Buffer.from(text.slice(1000))]).pipe(createGzip({ level: 9 })),
  );
  const broken = await buffer(Readable.from([packed.subarray(0, 50)]).pipe(createGunzip())).catch(
    (error: { code: string }) => error.code,
  );
  const garbage = await buffer(Readable.from([Buffer.from("not gzip at all")]).pipe(createGunzip())).catch(
    (error: { code: string }) => error.code,
  );
  return {
    same: [
      gunzipSync(packed).toString() === text,
      inflateSync(deflateSync(text)).toString() === text,
      inflateRawSync(deflateRawSync(Buffer.from(text))).length,
      unzipSync(packed).length,
      unzipSync(deflateSync("x")).toString(),
    ],
    known: [
      gunzipSync(Buffer.from("H4sIAAAAAAAAA8tIzcnJBwCGphA2BQAAAA==", "base64")).toString(),
      inflateSync(Buffer.from("eJzLSM3JyQcABiwCFQ==", "base64")).toString(),
    ],
    members: gunzipSync(Buffer.concat([gzipSync("one "), gzipSync("two")])).toString(),
    smaller: [packed.length < 200, deflateSync(text, { level: constants.Z_NO_COMPRESSION }).length > text.length],
    async: (await promisify(zlib.gunzip)(await promisify<string, Buffer>(zlib.gzip)("later"))).toString(),
    streams: [
      gunzipSync(streamed).toString() === text,
      (await buffer(Readable.from(streamed).pipe(createGunzip()))).length,
      (await buffer(Readable.from([Buffer.from("d")]).pipe(createDeflate()))).toString("hex"),
      broken,
      garbage,
    ],
    failures: [
      failureOf(() => gunzipSync(Buffer.from("nonsense"))),
      failureOf(() => inflateSync(deflateSync(text).subarray(0, 40))),
      failureOf(() => gunzipSync(gzipSync("x".repeat(1000)), { maxOutputLength: 100 })),
    ].map((failure) => (failure as unknown[])[0]),
    constructed: gunzipSync(
      await buffer(
        Readable.from([Buffer.from("new")]).pipe(new (Gzip as unknown as new () => NodeJS.ReadWriteStream)()),
      ),
    ).toString(),
    crc: [crc32("hello"), crc32(Buffer.from("lo"), crc32("hel"))],
    dictionary: inflateSync(deflateSync("abcabc", { dictionary: Buffer.from("abc") }), {
      dictionary: Buffer.from("abc"),
    }).toString(),
  };
}
