import { Buffer } from "node:buffer";

type Source = AsyncIterable<Uint8Array | string>;

async function buffer(source: Source): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of source) chunks.push(typeof chunk === "string" ? Buffer.from(chunk) : chunk);
  return Buffer.concat(chunks);
}

async function text(source: Source): Promise<string> {
  return (await buffer(source)).toString();
}

async function json(source: Source): Promise<unknown> {
  return JSON.parse(await text(source));
}

async function arrayBuffer(source: Source): Promise<ArrayBufferLike> {
  const { buffer: whole, byteOffset, byteLength } = await buffer(source);
  return whole.slice(byteOffset, byteOffset + byteLength);
}

async function blob(source: Source): Promise<Blob> {
  return new Blob([new Uint8Array(await buffer(source))]);
}

export default { buffer, text, json, arrayBuffer, blob };
