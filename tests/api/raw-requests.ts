/** Raw requests, what the server has to answer, and what they may cause. */
export interface RawRequest {
  name: string;
  bytes: string;
  /** Of the final responses, in order. */
  statuses: readonly number[];
  /** Jobs that exist afterwards and did not before. @default 0 */
  jobs?: number;
  /** Whether the server ends the connection, rather than being ready for the next request. */
  closes: boolean;
  /** The client ends its side after the bytes. */
  halfClose?: boolean;
  /** The response has no body, whatever its headers say. */
  toHead?: boolean;
}

const HOST = "Host: localhost\r\n";
const JOB = '{"task":"addition","input":{"num1":1,"num2":2}}';
const CHUNKED = "Transfer-Encoding: chunked\r\n";

/** A GET of /version with this in place of the usual. */
const get = (fields = "", { line = "GET /version HTTP/1.1", host = HOST } = {}): string =>
  `${line}\r\n${host}${fields}\r\n`;

/** A POST that enqueues a job, if its framing is right. */
const post = (fields: string, body: string, line = "POST /api/v1/jobs HTTP/1.1"): string =>
  `${line}\r\n${HOST}Content-Type: application/json\r\n${fields}\r\n${body}`;

const chunk = (text: string, extension = ""): string => `${text.length.toString(16)}${extension}\r\n${text}\r\n`;
const IN_CHUNKS = chunk(JOB.slice(0, 7)) + chunk(JOB.slice(7));
const fields = (count: number): string => Array.from({ length: count }, (_, n) => `X-${n}: a\r\n`).join("");

const served = (name: string, bytes: string, more: Partial<RawRequest> = {}): RawRequest => ({
  name,
  bytes,
  statuses: [200],
  closes: false,
  ...more,
});
const created = (name: string, bytes: string, more: Partial<RawRequest> = {}): RawRequest => ({
  name,
  bytes,
  statuses: [201],
  jobs: 1,
  closes: false,
  ...more,
});
const refused = (status: number, name: string, bytes: string, more: Partial<RawRequest> = {}): RawRequest => ({
  name,
  bytes,
  statuses: [status],
  closes: true,
  ...more,
});

const REQUEST_LINES: readonly RawRequest[] = [
  served("a plain GET", get()),
  refused(501, "a method that does not exist", get("", { line: "FOO /version HTTP/1.1" })),
  refused(501, "a method in small letters", get("", { line: "get /version HTTP/1.1" })),
  refused(501, "a method of WebDAV", get("", { line: "PROPFIND /version HTTP/1.1" })),
  refused(501, "CONNECT", get("", { line: "CONNECT host:1 HTTP/1.1", host: "Host: host:1\r\n" })),
  refused(501, "TRACE", get("", { line: "TRACE /version HTTP/1.1" })),
  {
    name: "a method that the path does not have",
    bytes: get("", { line: "DELETE /version HTTP/1.1" }),
    statuses: [405],
    closes: false,
  },
  refused(400, "a method with a character that no token has", get("", { line: "G(T /version HTTP/1.1" })),
  refused(400, "no method", get("", { line: " /version HTTP/1.1" })),
  refused(400, "no version", get("", { line: "GET /version" })),
  refused(400, "two spaces", get("", { line: "GET  /version HTTP/1.1" })),
  refused(400, "a tab for a space", get("", { line: "GET\t/version HTTP/1.1" })),
  refused(400, "a space at the end", get("", { line: "GET /version HTTP/1.1 " })),
  refused(400, "a space in the target", get("", { line: "GET /ver sion HTTP/1.1" })),
  refused(400, "a NUL in the target", get("", { line: "GET /\0 HTTP/1.1" })),
  refused(400, "a byte beyond ASCII in the target", get("", { line: "GET /\xc3\xa9 HTTP/1.1" })),
  refused(400, "a fragment in the target", get("", { line: "GET /version#a HTTP/1.1" })),
  refused(400, "a target without its slash", get("", { line: "GET version HTTP/1.1" })),
  refused(400, "an asterisk for GET", get("", { line: "GET * HTTP/1.1" })),
  refused(505, "HTTP/2.0", get("", { line: "GET /version HTTP/2.0" })),
  refused(505, "HTTP/1.2", get("", { line: "GET /version HTTP/1.2" })),
  refused(505, "HTTP/0.9", get("", { line: "GET /version HTTP/0.9" })),
  refused(400, "the protocol in small letters", get("", { line: "GET /version http/1.1" })),
  refused(400, "a version without a point", get("", { line: "GET /version HTTP/1" })),
  refused(505, "the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
  refused(400, "the beginning of TLS", `\x16\x03\x01\x02\0\x01\0\x01\xfc\x03\x03${"a".repeat(100)}`),
  refused(400, "NUL bytes", "\0\0\0\0"),
  served("empty lines before the request", `\r\n\r\n${get()}`),
  refused(400, "a bare line feed before the request", `\n${get()}`),
  refused(400, "bare line feeds", "GET /version HTTP/1.1\nHost: localhost\n\n"),
  refused(400, "a bare line feed after the request line", "GET /version HTTP/1.1\nHost: localhost\r\n\r\n"),
  refused(414, "a very long target", get("", { line: `GET /${"a".repeat(20_000)} HTTP/1.1` })),
  refused(414, "a target without end", `GET /${"a".repeat(100_000)}`),
  {
    name: "a long target",
    bytes: get("", { line: `GET /${"a".repeat(16_000)} HTTP/1.1` }),
    statuses: [404],
    closes: false,
  },
  served("the absolute form", get("", { line: "GET http://localhost/version HTTP/1.1" })),
  {
    name: "the absolute form of another host",
    bytes: get("", { line: "GET http://evil.example/version HTTP/1.1" }),
    statuses: [403],
    closes: false,
  },
  served(
    "the absolute form, whose host counts in place of Host",
    get("", { line: "GET http://localhost/version HTTP/1.1", host: "Host: evil.example\r\n" }),
  ),
  refused(400, "the absolute form of another scheme", get("", { line: "GET ftp://localhost/version HTTP/1.1" })),
  refused(400, "the absolute form without a host", get("", { line: "GET http:///version HTTP/1.1" })),
];

const HEADERS: readonly RawRequest[] = [
  refused(400, "no Host", get("", { host: "" })),
  refused(400, "two of Host", get("", { host: `${HOST}${HOST}` })),
  refused(400, "a Host with a path", get("", { host: "Host: localhost/api\r\n" })),
  refused(400, "a Host with a user", get("", { host: "Host: localhost@evil.example\r\n" })),
  refused(400, "a Host with a port out of range", get("", { host: "Host: localhost:70000\r\n" })),
  { name: "an empty Host", bytes: get("", { host: "Host:\r\n" }), statuses: [403], closes: false },
  served("a Host with a port", get("", { host: "Host: localhost:80\r\n" })),
  served("a Host in capitals", get("", { host: "HOST: LOCALHOST\r\n" })),
  refused(400, "a space before the colon", get("X : a\r\n")),
  refused(400, "a field without a colon", get("X\r\n")),
  refused(400, "a field without a name", get(": a\r\n")),
  refused(400, "a NUL in a value", get("X: a\0b\r\n")),
  refused(400, "a carriage return in a value", get("X: a\rb\r\n")),
  refused(400, "a line feed in a value", get("X: a\nb: c\r\n")),
  refused(400, "a value that goes on in the next line", get("X: a\r\n b\r\n")),
  refused(400, "a first field that begins with a space", get("", { host: ` ${HOST}` })),
  served("bytes beyond ASCII in a value", get("X: \xe9\xff\r\n")),
  served("an empty value", get("X:\r\nY: a\r\n")),
  served("white space around a value", get("X: \t a \t \r\n")),
  served("200 fields", get(fields(199))),
  refused(431, "201 fields", get(fields(200))),
  served("a field of 30 kB", get(`X: ${"a".repeat(30_000)}\r\n`)),
  refused(431, "a field of 40 kB", get(`X: ${"a".repeat(40_000)}\r\n`)),
  refused(431, "a field without end", `GET /version HTTP/1.1\r\n${HOST}X: ${"a".repeat(100_000)}`),
  served(
    "an upgrade to WebSocket, which is not made",
    get(
      "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n",
    ),
  ),
  served(
    "an upgrade to HTTP/2, which is not made",
    get("Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"),
  ),
  refused(417, "an unknown expectation", post(`Expect: the-best\r\nContent-Length: ${JOB.length}\r\n`, JOB)),
];

const LENGTHS: readonly RawRequest[] = [
  created("Content-Length", post(`Content-Length: ${JOB.length}\r\n`, JOB)),
  created("Content-Length with zeros before it", post(`Content-Length: 000${JOB.length}\r\n`, JOB)),
  ...["+47", "-47", "0x2f", "47.0", "4 7", "47, 47", "", "9".repeat(20), "4_7", "NaN", "47\t", "47\xa0", "\t47"].map(
    (length) =>
      refused(400, `the Content-Length ${JSON.stringify(length)}`, post(`Content-Length: ${length}\r\n`, JOB)),
  ),
  refused(400, "two equal of Content-Length", post(`Content-Length: ${JOB.length}\r\n`.repeat(2), JOB)),
  refused(400, "two different of Content-Length", post(`Content-Length: ${JOB.length}\r\nContent-Length: 3\r\n`, JOB)),
  refused(
    400,
    "Content-Length before Transfer-Encoding",
    post(`Content-Length: 5\r\n${CHUNKED}`, `${IN_CHUNKS}0\r\n\r\n`),
  ),
  refused(
    400,
    "Transfer-Encoding before Content-Length",
    post(`${CHUNKED}Content-Length: 5\r\n`, `${IN_CHUNKS}0\r\n\r\n`),
  ),
  refused(400, "half of the body, then the end", post(`Content-Length: ${JOB.length}\r\n`, JOB.slice(0, 20)), {
    halfClose: true,
  }),
  refused(400, "nothing of the body, then the end", post(`Content-Length: ${JOB.length}\r\n`, ""), { halfClose: true }),
  created("the whole body, then the end", post(`Content-Length: ${JOB.length}\r\n`, JOB), {
    closes: true,
    halfClose: true,
  }),
  refused(
    400,
    "a body that ends early, of a request whose body means nothing",
    `${get("Content-Length: 10\r\n")}half`,
    { halfClose: true },
  ),
  served("a body of a GET, which means nothing", `${get("Content-Length: 5\r\n")}hello`),
  served("a chunked body of a GET", `${get(CHUNKED)}5\r\nhello\r\n0\r\n\r\n`),
  refused(400, "a malformed body of a GET", `${get(CHUNKED)}5\r\nhelloo\r\n0\r\n\r\n`),
];

const chunked = (body: string): string => post(CHUNKED, body);

const CHUNKS: readonly RawRequest[] = [
  created("chunks", chunked(`${IN_CHUNKS}0\r\n\r\n`)),
  created("chunks with extensions", chunked(`${chunk(JOB, ';a;b=c;d="e;\\"f"')}0;last\r\n\r\n`)),
  created("a size with zeros and capitals", chunked(`0000002F\r\n${JOB}\r\n000\r\n\r\n`)),
  created("the coding in capitals", post("Transfer-Encoding: Chunked\r\n", `${IN_CHUNKS}0\r\n\r\n`)),
  created("a trailer", chunked(`${IN_CHUNKS}0\r\nX-Sum: a\r\n\r\n`)),
  ...["Content-Length: 5", "Transfer-Encoding: chunked", "Host: b"].map((field) =>
    refused(400, `a trailer with ${field}`, chunked(`${IN_CHUNKS}0\r\nX: a\r\n${field}\r\n\r\n`)),
  ),
  created("a chunk a byte", chunked(`${[...JOB].map((letter) => chunk(letter)).join("")}0\r\n\r\n`)),
  created("thousands of chunks", chunked(`${chunk(" ").repeat(20_000)}${IN_CHUNKS}0\r\n\r\n`)),
  ...["ZZ", "", " 2f", "2f ", "0x2f", "-1", "+2f", "2f;", "2f;=a", '2f;a="b', "2f a", "f".repeat(17), "2f\0"].map(
    (size) => refused(400, `the chunk size ${JSON.stringify(size)}`, chunked(`${size}\r\n${JOB}\r\n0\r\n\r\n`)),
  ),
  refused(400, "a size that ends with a line feed", chunked(`2f\n${JOB}\r\n0\r\n\r\n`)),
  refused(400, "a size that ends with a carriage return", chunked(`2f\r${JOB}\r\n0\r\n\r\n`)),
  refused(400, "a chunk that is longer than its size", chunked(`2e\r\n${JOB}\r\n0\r\n\r\n`)),
  refused(400, "a chunk that is shorter than its size", chunked(`30\r\n${JOB}\r\n0\r\n\r\n`)),
  refused(400, "a chunk that ends with a line feed", chunked(`2f\r\n${JOB}\n0\r\n\r\n`)),
  refused(400, "an end that is no trailer", chunked(`${IN_CHUNKS}0\r\nno field\r\n\r\n`)),
  refused(400, "a trailer that ends with a line feed", chunked(`${IN_CHUNKS}0\r\nX: a\n\r\n`)),
  refused(400, "a last line that ends with a line feed", chunked(`${IN_CHUNKS}0\r\n\n`)),
  refused(400, "a last line that ends with a carriage return", chunked(`${IN_CHUNKS}0\r\n\rX`)),
  refused(400, "trailers without end", chunked(`${IN_CHUNKS}0\r\n${fields(4_000)}\r\n`)),
  refused(
    400,
    "extensions without end",
    chunked(`${chunk(" ", `;a=${"b".repeat(6_000)}`).repeat(3)}${IN_CHUNKS}0\r\n\r\n`),
  ),
  refused(400, "one extension without end", chunked(`2f;${"a".repeat(20_000)}`)),
  refused(501, "a coding before chunked", post("Transfer-Encoding: gzip, chunked\r\n", `${IN_CHUNKS}0\r\n\r\n`)),
  ...[
    "identity",
    "gzip",
    "xchunked",
    "chunked, chunked",
    "chunked, gzip",
    '"chunked"',
    "",
    "chunked;q=1",
    "chunked\t",
    "chunked\xa0",
    "\x0bchunked",
  ].map((coding) =>
    refused(
      400,
      `the Transfer-Encoding ${JSON.stringify(coding)}`,
      post(`Transfer-Encoding: ${coding}\r\n`, `${IN_CHUNKS}0\r\n\r\n`),
    ),
  ),
  refused(400, "two of Transfer-Encoding", post(CHUNKED + CHUNKED, `${IN_CHUNKS}0\r\n\r\n`)),
  refused(400, "chunks in HTTP/1.0", post(CHUNKED, `${IN_CHUNKS}0\r\n\r\n`, "POST /api/v1/jobs HTTP/1.0")),
  refused(400, "some chunks, then the end", chunked(IN_CHUNKS), { halfClose: true }),
  refused(400, "all chunks without the last empty line, then the end", chunked(`${IN_CHUNKS}0\r\n`), {
    halfClose: true,
  }),
  refused(400, "all chunks without the end of the trailer, then the end", chunked(`${IN_CHUNKS}0\r\nX: a\r\n`), {
    halfClose: true,
  }),
  refused(400, "half a chunk, then the end", chunked(`2f\r\n${JOB.slice(0, 9)}`), { halfClose: true }),
  created("all chunks, then the end", chunked(`${IN_CHUNKS}0\r\n\r\n`), { closes: true, halfClose: true }),
];

const CONNECTIONS: readonly RawRequest[] = [
  served("Connection: close", get("Connection: close\r\n"), { closes: true }),
  served("Connection: close among others", get("Connection: foo, Close\r\n"), { closes: true }),
  served("HTTP/1.0", get("", { line: "GET /version HTTP/1.0" }), { closes: true }),
  served("HTTP/1.0 with keep-alive", get("Connection: keep-alive\r\n", { line: "GET /version HTTP/1.0" })),
  {
    name: "HTTP/1.0 without a Host",
    bytes: get("", { line: "GET /version HTTP/1.0", host: "" }),
    statuses: [403],
    closes: true,
  },
  served("three requests at once", get().repeat(3), { statuses: [200, 200, 200] }),
  served("a hundred requests at once", get().repeat(100), { statuses: Array.from({ length: 100 }, () => 200) }),
  served("two requests at once, then the end", get().repeat(2), {
    statuses: [200, 200],
    closes: true,
    halfClose: true,
  }),
  created("jobs at once", post(`Content-Length: ${JOB.length}\r\n`, JOB) + chunked(`${IN_CHUNKS}0\r\n\r\n`), {
    statuses: [201, 201],
    jobs: 2,
  }),
  created("a job, and what is no request", `${post(`Content-Length: ${JOB.length}\r\n`, JOB)}no request\r\n\r\n`, {
    statuses: [201, 400],
    closes: true,
  }),
  created(
    "a job, and half of another",
    post(`Content-Length: ${JOB.length}\r\n`, JOB) + post(`Content-Length: ${JOB.length}\r\n`, JOB.slice(9)),
    { statuses: [201, 400], closes: true, halfClose: true },
  ),
  created("a job, and half of the head of another", `${post(`Content-Length: ${JOB.length}\r\n`, JOB)}POST /api`, {
    statuses: [201, 400],
    closes: true,
    halfClose: true,
  }),
  served(
    "a request after one that closes, which is not read",
    get("Connection: close\r\n") + post(`Content-Length: ${JOB.length}\r\n`, JOB),
    { closes: true },
  ),
  { name: "HEAD", bytes: get("", { line: "HEAD /version HTTP/1.1" }), statuses: [200], closes: false, toHead: true },
  {
    name: "HEAD of a page",
    bytes: get("", { line: "HEAD /docs HTTP/1.1" }),
    statuses: [200],
    closes: false,
    toHead: true,
  },
  {
    name: "HEAD of a stream",
    bytes: get("", { line: "HEAD /api/v1/events HTTP/1.1" }),
    statuses: [200],
    closes: false,
    toHead: true,
  },
  {
    name: "HEAD of what is not there",
    bytes: get("", { line: "HEAD /nothing HTTP/1.1" }),
    statuses: [404],
    closes: false,
    toHead: true,
  },
  { name: "OPTIONS", bytes: get("", { line: "OPTIONS /version HTTP/1.1" }), statuses: [204], closes: false },
  { name: "OPTIONS of the server", bytes: get("", { line: "OPTIONS * HTTP/1.1" }), statuses: [204], closes: false },
  served("a page", get("", { line: "GET /docs HTTP/1.1" })),
  served("the dashboard", get("", { line: "GET / HTTP/1.1" })),
  served("an asset", get("", { line: "GET /docs/swagger-ui.css HTTP/1.1" })),
];

/** By what they try. */
export const RAW_REQUESTS: Readonly<Record<string, readonly RawRequest[]>> = {
  "request lines": REQUEST_LINES,
  headers: HEADERS,
  lengths: LENGTHS,
  chunks: CHUNKS,
  connections: CONNECTIONS,
};
