import { type Call, headOf, promiseOf, responseOf, viewOf } from "./fetch-call.ts";
import type { Response } from "./response.ts";

/**
 * The return value of `fetch`. It behaves like a promise of the response, and the properties of the response can also be
 * read from it directly, which waits if necessary. Its inner promise is created on demand, because most calls in the
 * synchronous style never need one.
 */
export class FetchResult implements PromiseLike<Response> {
  readonly #call: Call;

  constructor(call: Call) {
    this.#call = call;
  }

  /** Returns the call of a result. @throws {TypeError} for anything else */
  static callOf(result: FetchResult): Call {
    return result.#call;
  }

  // biome-ignore lint/suspicious/noThenProperty: it has to behave like a promise
  then<A = Response, B = never>(
    onFulfilled?: ((response: Response) => A | PromiseLike<A>) | null,
    onRejected?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return promiseOf(this.#call).then(onFulfilled, onRejected);
  }

  catch<B = never>(onRejected?: ((error: unknown) => B | PromiseLike<B>) | null): Promise<Response | B> {
    return promiseOf(this.#call).catch(onRejected);
  }

  finally(onFinally?: (() => void) | null): Promise<Response> {
    return promiseOf(this.#call).finally(onFinally);
  }

  get [Symbol.toStringTag](): string {
    return "Promise";
  }
}

const { callOf } = FetchResult;

const MIRRORED = [
  "ok",
  "status",
  "statusText",
  "url",
  "redirected",
  "headers",
  "body",
  "type",
  "json",
  "text",
  "bytes",
  "arrayBuffer",
  "toJSON",
] as const;

/** What only the standard's response has. */
const STANDARD = ["clone", "blob", "formData", "bodyUsed"] as const;

/** Gives the class the properties of a response. */
export function installFetchResult(): void {
  const mirror = (name: string, read: (call: Call) => object) =>
    Object.defineProperty(FetchResult.prototype, name, {
      get(this: FetchResult) {
        const response = read(callOf(this));
        const value = (response as Record<string, unknown>)[name];
        return typeof value === "function" ? value.bind(response) : value;
      },
      configurable: true,
    });
  for (const name of MIRRORED) mirror(name, viewOf);
  for (const name of STANDARD) mirror(name, (call) => responseOf(call, headOf(call)));
  Object.setPrototypeOf(FetchResult.prototype, Promise.prototype); // for `instanceof Promise`
  Reflect.deleteProperty(FetchResult, "callOf");
}
