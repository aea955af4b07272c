import { OPERATION } from "../../host-operations.ts";
import { type MethodArgument, SUBTLE_METHODS, type SubtleMethod } from "../../subtle-interface.ts";
import { shapeInterface } from "../interface.ts";
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

/** What the key is made of that is constructed now; undefined if the task calls the constructor. */
const makingKey: { facts: KeyFacts | undefined } = { facts: undefined };

/** https://w3c.github.io/webcrypto/#cryptokey-interface. The host keeps the key itself. */
class CryptoKey {
  readonly #facts: KeyFacts;
  readonly #algorithm: unknown;

  constructor() {
    const { facts } = makingKey;
    if (facts === undefined) throw new TypeError("create keys with crypto.subtle");
    this.#facts = facts;
    const { publicExponent, ...algorithm } = facts.algorithm;
    this.#algorithm =
      publicExponent === undefined ? algorithm : { ...algorithm, publicExponent: Uint8Array.from(publicExponent) };
  }

  get type(): string {
    return this.#facts.type;
  }

  get extractable(): boolean {
    return this.#facts.extractable;
  }

  get algorithm(): unknown {
    return this.#algorithm;
  }

  get usages(): string[] {
    return this.#facts.usages;
  }

  /** Returns the host's handle of a key; undefined for anything else. Not part of the public interface. */
  static handleOf(value: unknown): number | undefined {
    return typeof value === "object" && value !== null && #facts in value ? value.#facts.key : undefined;
  }
}

const { handleOf } = CryptoKey;

const { host } = bridge;
const { parse } = JSON;
const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (reason: unknown) => void }>();
let lastCall = -1;

/** https://w3c.github.io/webcrypto/#subtlecrypto-interface, by the host's WebCrypto. Its methods are defined from data. */
class SubtleCrypto {
  readonly #real = true;

  constructor() {
    if (subtle !== undefined) throw new TypeError("there is only one SubtleCrypto, crypto.subtle");
  }

  /** Not part of the public interface. @throws {TypeError} for anything else than a SubtleCrypto */
  static check(self: SubtleCrypto): void {
    void self.#real;
  }
}

const { check } = SubtleCrypto;
/** There is one, which is made when this module has been evaluated. */
let subtle: SubtleCrypto | undefined;

function makeSubtle(): SubtleCrypto {
  const lengths: Record<string, number> = {};
  for (const method of Object.keys(SUBTLE_METHODS) as SubtleMethod[]) {
    const needed = SUBTLE_METHODS[method].filter((argument: MethodArgument) => argument.optional !== true).length;
    lengths[method] = needed;
    const members = {
      [method](this: SubtleCrypto, ...values: unknown[]): Promise<unknown> {
        return call(this, method, values);
      },
    };
    Object.defineProperty(SubtleCrypto.prototype, method, {
      value: members[method],
      writable: true,
      enumerable: true,
      configurable: true,
    });
  }
  Reflect.deleteProperty(SubtleCrypto, "check");
  shapeInterface(SubtleCrypto, "SubtleCrypto", lengths);
  subtle = new SubtleCrypto();
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
  makingKey.facts = facts;
  try {
    return new CryptoKey();
  } finally {
    makingKey.facts = undefined;
  }
}

function call(self: SubtleCrypto, method: SubtleMethod, values: unknown[]): Promise<unknown> {
  return new Promise((resolve, reject) => {
    check(self);
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

Reflect.deleteProperty(CryptoKey, "handleOf");
shapeInterface(CryptoKey, "CryptoKey");

bridge.provided = { CryptoKey, SubtleCrypto, subtle: makeSubtle(), settle };
