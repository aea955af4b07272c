import { OPERATION } from "../../host-operations.ts";
import { SUBTLE_METHODS, type SubtleMethod } from "../../subtle-interface.ts";
import { bridge } from "../part-bridge.ts";
import { convertCall } from "./subtle-arguments.ts";

/** The host's description of a key: its handle and its public attributes. */
interface KeyFacts {
  key: number;
  type: string;
  extractable: boolean;
  algorithm: { publicExponent?: number[] } & Record<string, unknown>;
  usages: string[];
}

/** The host's description of a failed call. */
interface Refusal {
  error: string;
  name: string;
}

/** https://w3c.github.io/webcrypto/#cryptokey-interface. The host keeps the key itself. */
class CryptoKey {
  readonly type: string;
  readonly extractable: boolean;
  readonly algorithm: unknown;
  readonly usages: string[];

  constructor(facts: KeyFacts) {
    if (facts === null || typeof facts !== "object" || !makingKey.allowed)
      throw new TypeError("create keys with crypto.subtle");
    this.type = facts.type;
    this.extractable = facts.extractable;
    const { publicExponent, ...algorithm } = facts.algorithm;
    this.algorithm =
      publicExponent === undefined ? algorithm : { ...algorithm, publicExponent: Uint8Array.from(publicExponent) };
    this.usages = facts.usages;
    handles.set(this, facts.key);
  }
}

const { host } = bridge;
const { parse } = JSON;
const makingKey = { allowed: false };
const handles = new WeakMap<object, number>();
const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (reason: unknown) => void }>();
let lastCall = -1;

/** Creates `crypto.subtle`, which uses the host's WebCrypto. */
function makeSubtle(): Record<string, unknown> {
  const subtle: Record<string, unknown> = {};
  for (const method of Object.keys(SUBTLE_METHODS) as SubtleMethod[]) {
    subtle[method] = (...values: unknown[]) => call(method, values);
  }
  return subtle;
}

/** Settles a call of `subtle` with the host's result. */
function settle(index: number, json: string, bytes: Uint8Array | undefined): void {
  const call = waiting.get(index);
  if (call === undefined) return;
  waiting.delete(index);
  const answer = parse(json) as
    | Refusal
    | { bytes: true }
    | { key: KeyFacts }
    | { pair: { publicKey: KeyFacts; privateKey: KeyFacts } }
    | { value: unknown };
  if ("error" in answer) call.reject(failureOf(answer));
  else if ("bytes" in answer) call.resolve((bytes ?? new Uint8Array(0)).slice().buffer);
  else if ("key" in answer) call.resolve(makeKey(answer.key));
  else if ("pair" in answer) {
    call.resolve({ publicKey: makeKey(answer.pair.publicKey), privateKey: makeKey(answer.pair.privateKey) });
  } else call.resolve(answer.value);
}

function makeKey(facts: KeyFacts): CryptoKey {
  makingKey.allowed = true;
  try {
    return new CryptoKey(facts);
  } finally {
    makingKey.allowed = false;
  }
}

function call(method: SubtleMethod, values: unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const { json, buffers } = convertCall(method, values, handleOf);
    lastCall += 1;
    const refusal = host(OPERATION.subtle, lastCall, json, ...buffers);
    if (typeof refusal === "string") throw failureOf(parse(refusal) as Refusal);
    waiting.set(lastCall, { resolve, reject });
  });
}

function failureOf({ error, name }: Refusal): Error {
  return name === "TypeError" ? new TypeError(error) : new DOMException(error, name);
}

function handleOf(value: unknown): number | undefined {
  return typeof value === "object" && value !== null ? handles.get(value) : undefined;
}

bridge.provided = { CryptoKey, subtle: makeSubtle(), settle };
