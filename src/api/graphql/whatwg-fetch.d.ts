/**
 * Types of `@whatwg-node/fetch` over the globals of the run time; tsconfig.json puts them in the place of the package's
 * own, which pull in the browser's DOM and so change the types of everything.
 */
export const fetch: typeof globalThis.fetch;
export const Request: typeof globalThis.Request;
export const Response: typeof globalThis.Response;
export const Headers: typeof globalThis.Headers;
export const FormData: typeof globalThis.FormData;
export const ReadableStream: typeof globalThis.ReadableStream;
export const WritableStream: typeof globalThis.WritableStream;
export const TransformStream: typeof globalThis.TransformStream;
export const Blob: typeof globalThis.Blob;
export const File: typeof globalThis.File;
export const crypto: typeof globalThis.crypto;
export const TextDecoder: typeof globalThis.TextDecoder;
export const TextEncoder: typeof globalThis.TextEncoder;
export const URL: typeof globalThis.URL;
export const URLSearchParams: typeof globalThis.URLSearchParams;
/** Everything above, as the package hands it to graphql-yoga. */
export function createFetch(options?: { useNodeFetch?: boolean; skipPonyfill?: boolean }): {
  fetch: typeof fetch;
  Request: typeof Request;
  Response: typeof Response;
  Headers: typeof Headers;
  FormData: typeof FormData;
  ReadableStream: typeof ReadableStream;
  WritableStream: typeof WritableStream;
  TransformStream: typeof TransformStream;
  Blob: typeof Blob;
  File: typeof File;
  crypto: typeof crypto;
  TextDecoder: typeof TextDecoder;
  TextEncoder: typeof TextEncoder;
  URL: typeof URL;
  URLSearchParams: typeof URLSearchParams;
};
