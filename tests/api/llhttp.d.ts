/** The parser of Node.js, which Bun has inside; only tests use it, as a judge. */
declare module "node:_http_common" {
  export class HTTPParser {
    static readonly REQUEST: number;
    initialize(type: number, resource: object, maxHeaderSize: number, lenient: number): void;
    /** @returns an Error for what is not HTTP */
    execute(bytes: Uint8Array): number | Error;
    close(): void;
    /** Callbacks by number: 1 further fields, 2 end of the head, 3 body, 4 end of the message. */
    [callback: number]: unknown;
  }
  export const methods: readonly string[];
}
