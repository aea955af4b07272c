import type { Body } from "../body.ts";
import { toDomString, toEnum } from "../webidl.ts";
import { base } from "./base.ts";

/** The class Headers of the guest API. */
export type Headers = InstanceType<typeof base.Headers>;
/** The class AbortSignal of the guest API. */
export type Signal = ReturnType<typeof base.newSignal>;

/** What a request is made of: https://fetch.spec.whatwg.org/#concept-request */
export interface RequestState {
  method: string;
  url: string;
  headers: Headers;
  signal: Signal;
  body: Body | null;
  /** The members that are enumerations, and those that only browsers use. */
  choices: Record<keyof typeof CHOICES, string>;
  referrer: string;
  integrity: string;
  keepalive: boolean;
}

/** https://fetch.spec.whatwg.org/#requestinit, the enumerations with their default first. */
const CHOICES = {
  mode: ["cors", "no-cors", "same-origin"],
  credentials: ["same-origin", "omit", "include"],
  cache: ["default", "no-store", "reload", "no-cache", "force-cache", "only-if-cached"],
  redirect: ["follow", "error", "manual"],
  referrerPolicy: [
    ...["", "no-referrer", "no-referrer-when-downgrade", "same-origin", "origin", "strict-origin"],
    ...["origin-when-cross-origin", "strict-origin-when-cross-origin", "unsafe-url"],
  ],
} as const;
const METHOD = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
const FORBIDDEN_METHODS = ["CONNECT", "TRACE", "TRACK"];
const NORMALISED = ["DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT"];
/** @throws {TypeError} for what is not a URL, and for a URL with a user name */
export function parseUrl(input: unknown): string {
  const text = String(input);
  const url = URL.parse(text);
  if (url === null) throw new TypeError(`Invalid URL: ${JSON.stringify(text.slice(0, 200))}`);
  if (url.username !== "" || url.password !== "") {
    throw new TypeError("the URL of a Request can't contain a user name or a password: use the header Authorization");
  }
  return url.href;
}

/** https://fetch.spec.whatwg.org/#concept-method-normalize. @throws {TypeError} for a method that can't be sent */
export function toMethod(value: unknown): string {
  const text = toDomString(value, "the method");
  const upper = text.toUpperCase();
  if (!METHOD.test(text) || FORBIDDEN_METHODS.includes(upper))
    throw new TypeError(`invalid method ${JSON.stringify(text.slice(0, 100))}`);
  return NORMALISED.includes(upper) ? upper : text;
}

/** The members of https://fetch.spec.whatwg.org/#requestinit. */
const MEMBERS = [
  ...[
    "method",
    "headers",
    "body",
    "referrer",
    "referrerPolicy",
    "mode",
    "credentials",
    "cache",
    "redirect",
    "integrity",
  ],
  ...["keepalive", "signal", "duplex", "priority", "window"],
];

type Options = Pick<RequestState, "choices" | "referrer" | "integrity" | "keepalive">;

/** Checks the options of a call of fetch as those of a Request. @throws {TypeError} for those that it can't have */
export function checkOptions(options: object): void {
  const given = options as Record<PropertyKey, unknown>;
  const { choices, integrity } = readOptions(given, undefined);
  checkIntegrity(integrity);
  checkMode(choices.mode, given.method === undefined ? "GET" : toMethod(given.method));
}

/** @throws {TypeError} for the `integrity` of a call, which is not supported */
export function checkIntegrity(integrity: string): void {
  if (integrity === "") return;
  throw new TypeError("integrity is not checked here: compare a digest of the body (crypto.subtle.digest)");
}

/** @throws {TypeError} for a method that a request of this mode can't have */
export function checkMode(mode: string, method: string): void {
  if (mode !== "no-cors" || ["GET", "HEAD", "POST"].includes(method)) return;
  throw new TypeError(`a ${method} request can't have the mode "no-cors"`);
}

/** Reads the options that neither change the body nor the signal. `source` is the request that the new one is made of. */
export function readOptions(given: Record<PropertyKey, unknown>, source: RequestState | undefined): Options {
  if (given.window !== undefined && given.window !== null)
    throw new TypeError("the window of a request can only be null");
  if (given.duplex !== undefined) toEnum(given.duplex, ["half"], "duplex");
  if (given.priority !== undefined) toEnum(given.priority, ["high", "low", "auto"], "priority");
  if (given.mode === "navigate") throw new TypeError('the mode of a request can\'t be "navigate"');
  const choices = {} as RequestState["choices"];
  for (const name of Object.keys(CHOICES) as (keyof typeof CHOICES)[]) {
    const value = given[name];
    choices[name] =
      value === undefined ? (source?.choices[name] ?? CHOICES[name][0]) : toEnum<string>(value, CHOICES[name], name);
  }
  if (choices.cache === "only-if-cached" && choices.mode !== "same-origin") {
    throw new TypeError('the cache mode "only-if-cached" needs the mode "same-origin"');
  }
  const { integrity, keepalive } = given;
  // Options of any kind make it another request, which does not come from where the first one came from.
  const origin = MEMBERS.some((name) => given[name] !== undefined) ? undefined : source;
  if (origin === undefined && given.referrerPolicy === undefined) choices.referrerPolicy = "";
  return {
    choices,
    referrer: toReferrer(given.referrer, origin),
    integrity: integrity === undefined ? (source?.integrity ?? "") : toDomString(integrity, "integrity"),
    keepalive: keepalive === undefined ? (source?.keepalive ?? false) : Boolean(keepalive),
  };
}

function toReferrer(value: unknown, source: RequestState | undefined): string {
  if (value === undefined) return source?.referrer ?? "about:client";
  const text = toDomString(value, "the referrer");
  if (text === "") return "";
  const url = URL.parse(text);
  if (url === null) throw new TypeError("the referrer is not a URL");
  return url.href === "about:client" ? "about:client" : url.href;
}

/** Returns the signal of a new request, which follows the one that was given. */
export function signalFor(given: Record<PropertyKey, unknown>, source: RequestState | undefined): Signal {
  const signal = given.signal === undefined ? source?.signal : given.signal;
  if (signal === undefined || signal === null) return base.newSignal();
  if (!base.isSignal(signal)) throw new TypeError("signal must be an AbortSignal");
  return base.combineSignals([signal]);
}
