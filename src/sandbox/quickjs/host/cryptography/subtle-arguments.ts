import type { webcrypto } from "node:crypto";
import { isObject } from "../../../../lib/is-object.ts";
import {
  ALGORITHMS,
  type AlgorithmMember,
  JWK_TEXTS,
  KEY_FORMATS,
  KEY_USAGES,
  type MethodArgument,
  SUBTLE_METHODS,
  type SubtleMethod,
} from "../../../subtle-interface.ts";

/** An algorithm in the specification's form. */
export type NormalAlgorithm = { readonly name: string } & Readonly<Record<string, unknown>>;

/** A call with everything in it checked: `values` are what the runtime's own WebCrypto takes, in its order. */
export interface SubtleCall {
  method: SubtleMethod;
  values: readonly unknown[];
}

/** What the numbers in a call refer to. */
export interface SubtleReferences {
  buffers: readonly Uint8Array[];
  key: (handle: number) => CryptoKey | undefined;
}

type Reading = Record<string, unknown>;

const INTEGER_LIMITS = { octet: 0xff, "unsigned short": 0xffff, "unsigned long": 0xffff_ffff } as const;

/**
 * Reads a call that the guest API has converted. The task may have tampered with the guest API, so nothing is passed on as it
 * is: everything is rebuilt from known members, each of its type.
 * @param json empty if it was too long to be read
 * @throws {TypeError} if the call has another form
 * @throws {DOMException} OperationError if there is no JSON
 */
export function readSubtleCall(json: string, references: SubtleReferences): SubtleCall {
  const call = record(parse(json));
  const method = oneOf(call.method, Object.keys(SUBTLE_METHODS) as SubtleMethod[]);
  const signature: readonly MethodArgument[] = SUBTLE_METHODS[method];
  return { method, values: signature.map((argument) => readArgument(argument, call[argument.name], references)) };
}

function readArgument(argument: MethodArgument, value: unknown, references: SubtleReferences): unknown {
  switch (argument.kind) {
    case "algorithm":
      return readAlgorithm(argument, record(value), references);
    case "BufferSource":
      return bytesAt(value, references);
    case "CryptoKey":
      return keyAt(value, references);
    case "KeyData":
      return typeof value === "number" ? bytesAt(value, references) : readJwk(record(value));
    case "KeyFormat":
      return oneOf(value, KEY_FORMATS);
    case "KeyUsages":
      return list(value).map((usage) => oneOf(usage, KEY_USAGES));
    case "boolean":
      return value === true;
    case "bits":
      return value === null ? null : integer(value, INTEGER_LIMITS["unsigned long"]);
  }
}

function readAlgorithm({ operation, otherwise }: MethodArgument, given: Reading, references: SubtleReferences) {
  const name = text(given.name);
  const members = [operation, otherwise]
    .flatMap((wanted) => (wanted === undefined ? [] : [ALGORITHMS[wanted]]))
    .find((algorithms) => Object.hasOwn(algorithms, name))?.[name];
  if (members === undefined) throw unreadable();
  const algorithm: { name: string } & Reading = { name };
  for (const member of members) {
    if (Object.hasOwn(given, member.name)) algorithm[member.name] = readMember(member, given[member.name], references);
    else if (member.optional !== true) throw unreadable();
  }
  return algorithm;
}

function readMember({ kind }: AlgorithmMember, value: unknown, references: SubtleReferences): unknown {
  switch (kind) {
    case "BufferSource":
    case "BigInteger":
      return bytesAt(value, references);
    case "CryptoKey":
      return keyAt(value, references);
    case "DOMString":
      return text(value);
    case "HashAlgorithmIdentifier":
      return oneOf(value, Object.keys(ALGORITHMS.digest));
    default:
      return integer(value, INTEGER_LIMITS[kind]);
  }
}

function readJwk(given: Reading): webcrypto.JsonWebKey {
  const jwk: webcrypto.JsonWebKey = {};
  for (const name of JWK_TEXTS) if (Object.hasOwn(given, name)) jwk[name] = text(given[name]);
  if (Object.hasOwn(given, "ext")) jwk.ext = given.ext === true;
  if (Object.hasOwn(given, "key_ops")) jwk.key_ops = list(given.key_ops).map(text);
  if (Object.hasOwn(given, "oth")) {
    throw new DOMException("RSA keys of more than two primes are not supported", "NotSupportedError");
  }
  return jwk;
}

function bytesAt(value: unknown, { buffers }: SubtleReferences): Uint8Array {
  const bytes = typeof value === "number" ? buffers[value] : undefined;
  if (bytes === undefined) throw unreadable();
  return bytes;
}

function keyAt(value: unknown, { key }: SubtleReferences): CryptoKey {
  const found = typeof value === "number" ? key(value) : undefined;
  if (found === undefined) throw unreadable();
  return found;
}

function parse(json: string): unknown {
  if (json === "") throw new DOMException("the key or a text in the call is too long", "OperationError");
  try {
    return JSON.parse(json);
  } catch {
    throw unreadable();
  }
}

function record(value: unknown): Reading {
  if (!isObject(value)) throw unreadable();
  return value as Reading;
}

function list(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw unreadable();
  return value;
}

function text(value: unknown): string {
  if (typeof value !== "string") throw unreadable();
  return value;
}

function integer(value: unknown, most: number): number {
  if (typeof value !== "number" || !Number.isInteger(value) || value < 0 || value > most) throw unreadable();
  return value;
}

function oneOf<Name extends string>(value: unknown, names: readonly Name[]): Name {
  const found = names.find((name) => name === value);
  if (found === undefined) throw unreadable();
  return found;
}

function unreadable(): TypeError {
  return new TypeError("the call can't be read: the task has changed what the guest API works with");
}
