/**
 * Types of `@whatwg-node/fetch`, as far as graphql-yoga's types name them. The package's own refer to the browser's
 * types and would bring them into the whole program, where they contradict Bun's; `tsconfig.json` puts these in place.
 */
export const fetch: typeof globalThis.fetch;
export const Request: typeof globalThis.Request;
export const Response: typeof globalThis.Response;
export const Headers: typeof globalThis.Headers;
export const FormData: typeof globalThis.FormData;
export const ReadableStream: typeof globalThis.ReadableStream;
export const URL: typeof globalThis.URL;
export const URLSearchParams: typeof globalThis.URLSearchParams;

export interface FormDataLimits {
  fieldSize?: number;
}

/** The parts of an implementation of fetch. */
export const createFetch: (options?: object) => {
  fetch: typeof fetch;
  Request: typeof Request;
  Response: typeof Response;
  Headers: typeof Headers;
  FormData: typeof FormData;
  ReadableStream: typeof ReadableStream;
  URL: typeof URL;
  URLSearchParams: typeof URLSearchParams;
};
