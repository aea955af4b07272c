import { HTTP_REDIRECTS, type HttpRequest } from "../../../domain/http.ts";
import { isObject } from "../../../lib/is-object.ts";
import { readConduct } from "./fetch-conduct.ts";
import { parseBounded } from "./url-parts.ts";

/** The longest address and headers of a request together, characters: more than any server accepts. */
const MAX_HEAD = 32 * 1024;

/** What a guest wants to send. */
export interface FetchHead {
  request: Omit<HttpRequest, "body">;
  /** The body comes in pieces. */
  uploads: boolean;
  /** The execution ends without waiting for the call. */
  isBackground: boolean;
}

/**
 * Reads what a guest wants to send. The guest API has checked and encoded it, but a task can change what the guest API
 * works with, so its form is checked again.
 * @returns what is wrong with it, if anything is
 */
export function readFetchHead(json: string): FetchHead | string {
  if (json.length > MAX_HEAD) return `the address and the headers are larger than ${MAX_HEAD} characters`;
  let head: unknown;
  try {
    head = JSON.parse(json);
  } catch {
    return "the request can't be read";
  }
  if (!isObject(head)) return "the request can't be read";
  const { method, url, headers, redirect, timeoutMs, upload, background } = head;
  if (typeof method !== "string" || typeof url !== "string" || !isHeaders(headers)) return "the request can't be read";
  const address = parseBounded(url);
  if (address === null) return `Invalid URL: ${JSON.stringify(url)}`;
  const handling = HTTP_REDIRECTS.find((candidate) => candidate === redirect);
  const request: Omit<HttpRequest, "body"> = { method, url: address.href, headers };
  if (handling !== undefined) request.redirect = handling;
  if (typeof timeoutMs === "number" && timeoutMs > 0) request.timeoutMs = timeoutMs;
  const conduct = readConduct(head.conduct);
  if (typeof conduct === "string") return conduct;
  if (conduct !== undefined) request.conduct = conduct;
  return { request, uploads: upload === true, isBackground: background === true };
}

function isHeaders(value: unknown): value is [string, string][] {
  return (
    Array.isArray(value) &&
    value.every((pair) => Array.isArray(pair) && pair.length === 2 && pair.every((part) => typeof part === "string"))
  );
}
