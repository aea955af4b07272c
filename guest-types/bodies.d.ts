declare namespace Ratchet {
  /** Headers, as they can be given. */
  type HeadersInput = [string, string][] | Record<string, string> | Headers;
  /** The body of a Request or Response, as it can be given. */
  type BodyInput = ReadableStream | Blob | Bytes | FormData | URLSearchParams | string;
  /** A part of a Blob. */
  type BlobInput = Bytes | Blob | string;
}

interface BlobPropertyBag {
  type?: string;
  /** Default: "transparent". */
  endings?: "native" | "transparent";
}
/** Bytes with a media type. They can't be changed. */
interface Blob {
  /** Bytes. */
  readonly size: number;
  /** The media type in lower case, or empty. */
  readonly type: string;
  arrayBuffer(): Promise<ArrayBuffer>;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  text(): Promise<string>;
  stream(): ReadableStream<Uint8Array<ArrayBuffer>>;
  slice(start?: number, end?: number, contentType?: string): Blob;
}
declare var Blob: {
  prototype: Blob;
  new (blobParts?: Ratchet.BlobInput[], options?: BlobPropertyBag): Blob;
};

interface FilePropertyBag extends BlobPropertyBag {
  /** In ms since 1970. Default: now. */
  lastModified?: number;
}
/** A Blob with a name, for forms. It is not a file of the machine. */
interface File extends Blob {
  readonly name: string;
  /** In ms since 1970. */
  readonly lastModified: number;
}
declare var File: {
  prototype: File;
  new (fileBits: Ratchet.BlobInput[], fileName: string, options?: FilePropertyBag): File;
};

/** The fields of a form. As a body it becomes multipart/form-data. */
interface FormData {
  append(name: string, value: string | Blob): void;
  append(name: string, blobValue: Blob, filename?: string): void;
  delete(name: string): void;
  get(name: string): File | string | null;
  getAll(name: string): (File | string)[];
  has(name: string): boolean;
  set(name: string, value: string | Blob): void;
  set(name: string, blobValue: Blob, filename?: string): void;
  forEach(callbackfn: (value: File | string, key: string, parent: FormData) => void, thisArg?: any): void;
  entries(): IteratorObject<[string, File | string]>;
  keys(): IteratorObject<string>;
  values(): IteratorObject<File | string>;
  [Symbol.iterator](): IteratorObject<[string, File | string]>;
}
declare var FormData: {
  prototype: FormData;
  new (): FormData;
};

/** Headers of a request or response. Names are case-insensitive. A request may have any header, cookies included. */
interface Headers {
  append(name: string, value: string): void;
  delete(name: string): void;
  /** Several values are joined with a comma and a space. */
  get(name: string): string | null;
  getSetCookie(): string[];
  has(name: string): boolean;
  set(name: string, value: string): void;
  forEach(callbackfn: (value: string, key: string, parent: Headers) => void, thisArg?: any): void;
  entries(): IteratorObject<[string, string]>;
  keys(): IteratorObject<string>;
  values(): IteratorObject<string>;
  [Symbol.iterator](): IteratorObject<[string, string]>;
  /** A plain object, so that headers can be part of an output. Ratchet's own. */
  toJSON(): Record<string, string>;
}
declare var Headers: {
  prototype: Headers;
  new (init?: Ratchet.HeadersInput): Headers;
};

/** A body that can be read once. */
interface Body {
  readonly body: ReadableStream<Uint8Array<ArrayBuffer>> | null;
  /** Was the body read? `clone()` before you read it twice. */
  readonly bodyUsed: boolean;
  arrayBuffer(): Promise<ArrayBuffer>;
  blob(): Promise<Blob>;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
  formData(): Promise<FormData>;
  json(): Promise<any>;
  text(): Promise<string>;
}

interface RequestInit {
  /** Default: "GET". Usual names become upper case; others keep their case, so `patch` is not `PATCH`. */
  method?: string;
  headers?: Ratchet.HeadersInput;
  /** Needs a `method`. A stream needs `duplex: "half"`, and is sent while the task produces it. */
  body?: Ratchet.BodyInput | null;
  duplex?: "half";
  signal?: AbortSignal | null;
  /** Default: "follow". */
  redirect?: "error" | "follow" | "manual";
  /** Not checked, so a text other than "" is rejected. Compare a digest of the body instead. */
  integrity?: string;
  /** Has no effect: there are no origins. With "no-cors" only few headers are allowed. */
  mode?: "cors" | "navigate" | "no-cors" | "same-origin";
  /** Has no effect. */
  credentials?: "include" | "omit" | "same-origin";
  /** Has no effect. */
  cache?: "default" | "force-cache" | "no-cache" | "no-store" | "only-if-cached" | "reload";
  /** Has no effect. */
  keepalive?: boolean;
  /** Has no effect. */
  priority?: "auto" | "high" | "low";
  /** Has no effect. */
  referrer?: string;
  /** Has no effect. */
  referrerPolicy?:
    | ""
    | "no-referrer"
    | "no-referrer-when-downgrade"
    | "origin"
    | "origin-when-cross-origin"
    | "same-origin"
    | "strict-origin"
    | "strict-origin-when-cross-origin"
    | "unsafe-url";
  window?: null;
}
/** A request, which can be passed to `fetch`. */
interface Request extends Body {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly signal: AbortSignal;
  readonly redirect: "error" | "follow" | "manual";
  readonly duplex: "half";
  readonly integrity: string;
  readonly keepalive: boolean;
  readonly mode: "cors" | "navigate" | "no-cors" | "same-origin";
  readonly credentials: "include" | "omit" | "same-origin";
  readonly cache: "default" | "force-cache" | "no-cache" | "no-store" | "only-if-cached" | "reload";
  readonly destination: Ratchet.RequestDestination;
  readonly referrer: string;
  readonly referrerPolicy: NonNullable<RequestInit["referrerPolicy"]>;
  readonly isReloadNavigation: boolean;
  readonly isHistoryNavigation: boolean;
  clone(): Request;
}
declare namespace Ratchet {
  /** Always "" in a task. */
  type RequestDestination =
    | ""
    | "audio"
    | "audioworklet"
    | "document"
    | "embed"
    | "font"
    | "frame"
    | "iframe"
    | "image"
    | "manifest"
    | "object"
    | "paintworklet"
    | "report"
    | "script"
    | "sharedworker"
    | "style"
    | "track"
    | "video"
    | "worker"
    | "xslt";
}
declare var Request: {
  prototype: Request;
  new (input: Request | string | URL, init?: RequestInit): Request;
};

interface ResponseInit {
  /** Default: 200. */
  status?: number;
  /** Default: "". */
  statusText?: string;
  headers?: Ratchet.HeadersInput;
}
/** The response to a request. A status other than 2xx is a response, too: look at `ok`. */
interface Response extends Body {
  /** Is the status 200 to 299? */
  readonly ok: boolean;
  readonly status: number;
  readonly statusText: string;
  readonly headers: Headers;
  /** The address that responded, after all redirects. */
  readonly url: string;
  readonly redirected: boolean;
  readonly type: "basic" | "cors" | "default" | "error" | "opaque" | "opaqueredirect";
  clone(): Response;
  /** A plain object, so that a response can be part of an output. It has the body if that was not read yet. Ratchet's own. */
  toJSON(): any;
}
declare var Response: {
  prototype: Response;
  new (body?: Ratchet.BodyInput | null, init?: ResponseInit): Response;
  error(): Response;
  json(data: any, init?: ResponseInit): Response;
  redirect(url: string | URL, status?: number): Response;
};
