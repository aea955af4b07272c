// The parts that are used of packages without types of their own.

declare module "events/" {
  const EventEmitter: typeof import("node:events").EventEmitter;
  export default EventEmitter;
}
declare module "path-browserify" {
  const path: import("node:path").PlatformPath;
  export default path;
}
declare module "punycode/" {
  const punycode: typeof import("node:punycode");
  export default punycode;
}
declare module "readable-stream/lib/stream.js" {
  const Stream: typeof import("node:stream");
  export default Stream;
}
declare module "string_decoder/" {
  export const StringDecoder: typeof import("node:string_decoder").StringDecoder;
}
declare module "url/" {
  interface Url {
    href: string;
  }
  const url: {
    Url: new () => Url;
    parse(url: string, parseQuery?: boolean, slashesDenoteHost?: boolean): Url;
    format(url: unknown): string;
    resolve(from: string, to: string): string;
    resolveObject(from: unknown, to: unknown): Url;
  };
  export default url;
}
declare module "pako" {
  class Stream {
    constructor(options?: object);
    /** 0, or a negative code of zlib. */
    err: number;
    msg: string;
    ended: boolean;
    onData: (chunk: Uint8Array) => void;
    push(data: Uint8Array, flush: boolean | number): boolean;
  }
  class Deflate extends Stream {}
  class Inflate extends Stream {}
  const pako: { Deflate: typeof Deflate; Inflate: typeof Inflate };

  export type { Deflate, Inflate };
  export default pako;
}
