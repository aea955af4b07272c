/** The query of a URL, or the fields of a form. */
interface URLSearchParams {
  /** Number of parameters. */
  readonly size: number;
  append(name: string, value: string): void;
  delete(name: string, value?: string): void;
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string, value?: string): boolean;
  set(name: string, value: string): void;
  sort(): void;
  /** Without a question mark. */
  toString(): string;
  forEach(callbackfn: (value: string, key: string, parent: URLSearchParams) => void, thisArg?: any): void;
  entries(): IteratorObject<[string, string]>;
  keys(): IteratorObject<string>;
  values(): IteratorObject<string>;
  [Symbol.iterator](): IteratorObject<[string, string]>;
}
declare var URLSearchParams: {
  prototype: URLSearchParams;
  new (
    init?: Iterable<readonly [string, string]> | string[][] | Record<string, string> | string | URLSearchParams,
  ): URLSearchParams;
};

/** A URL, taken apart. Blob URLs do not exist. */
interface URL {
  href: string;
  readonly origin: string;
  /** With a colon: "https:". */
  protocol: string;
  username: string;
  password: string;
  /** Name and port. */
  host: string;
  hostname: string;
  /** Empty for the standard port of the protocol. */
  port: string;
  pathname: string;
  /** With a question mark, or empty. */
  search: string;
  readonly searchParams: URLSearchParams;
  /** With a number sign, or empty. */
  hash: string;
  toString(): string;
  toJSON(): string;
}
declare var URL: {
  prototype: URL;
  /** @throws {TypeError} if it is not a URL */
  new (url: string | URL, base?: string | URL): URL;
  canParse(url: string | URL, base?: string | URL): boolean;
  /** @returns null if it is not a URL */
  parse(url: string | URL, base?: string | URL): URL | null;
};

interface URLPatternInit {
  baseURL?: string;
  protocol?: string;
  username?: string;
  password?: string;
  hostname?: string;
  port?: string;
  pathname?: string;
  search?: string;
  hash?: string;
}
interface URLPatternOptions {
  ignoreCase?: boolean;
}
interface URLPatternComponentResult {
  input: string;
  groups: Record<string, string | undefined>;
}
interface URLPatternResult {
  inputs: (string | URLPatternInit)[];
  protocol: URLPatternComponentResult;
  username: URLPatternComponentResult;
  password: URLPatternComponentResult;
  hostname: URLPatternComponentResult;
  port: URLPatternComponentResult;
  pathname: URLPatternComponentResult;
  search: URLPatternComponentResult;
  hash: URLPatternComponentResult;
}
/** A pattern that URLs match, such as `/users/:id`. The `v` flag of regular expressions is not available in it. */
interface URLPattern {
  readonly protocol: string;
  readonly username: string;
  readonly password: string;
  readonly hostname: string;
  readonly port: string;
  readonly pathname: string;
  readonly search: string;
  readonly hash: string;
  readonly hasRegExpGroups: boolean;
  exec(input?: string | URLPatternInit, baseURL?: string | URL): URLPatternResult | null;
  test(input?: string | URLPatternInit, baseURL?: string | URL): boolean;
}
declare var URLPattern: {
  prototype: URLPattern;
  new (input: string | URLPatternInit, baseURL: string | URL, options?: URLPatternOptions): URLPattern;
  new (input?: string | URLPatternInit, options?: URLPatternOptions): URLPattern;
  /** Compares one component of two patterns: which is the more specific one? */
  compareComponent(component: string, left: URLPattern, right: URLPattern): number;
};
