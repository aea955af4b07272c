import { httpClient } from "./http-client.ts";

const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

function validateHeaderName(name: string): void {
  if (!TOKEN.test(name))
    throw Object.assign(new TypeError(`Header name must be a valid HTTP token ["${name}"]`), {
      code: "ERR_INVALID_HTTP_TOKEN",
    });
}

function validateHeaderValue(name: string, value: unknown): void {
  if (value === undefined)
    throw Object.assign(new TypeError(`Invalid value "undefined" for header "${name}"`), {
      code: "ERR_HTTP_INVALID_HEADER_VALUE",
    });
  if (/[^\t\x20-\x7e\x80-\xff]/.test(String(value))) {
    throw Object.assign(new TypeError(`Invalid character in header content ["${name}"]`), { code: "ERR_INVALID_CHAR" });
  }
}

export default { ...httpClient("http:"), maxHeaderSize: 16_384, validateHeaderName, validateHeaderValue };
