import {
  ALGORITHMS,
  type AlgorithmMember,
  type AlgorithmOperation,
  JWK_TEXTS,
  KEY_FORMATS,
  KEY_USAGES,
  type MethodArgument,
  SUBTLE_METHODS,
  type SubtleMethod,
} from "../../subtle-interface.ts";
import {
  copyBytes,
  enforceRange,
  isBufferSource,
  isObjectOrFunction,
  isUint8Array,
  toBytes,
  toDomString,
  toEnum,
  toSequence,
  toUnsignedLong,
} from "../webidl.ts";

/** A call in the form that the host expects: JSON, and the byte arrays that numbers in the JSON refer to. */
export interface ConvertedCall {
  json: string;
  buffers: Uint8Array[];
}

/** Returns the handle of a CryptoKey; undefined for anything else. */
export type HandleOf = (value: unknown) => number | undefined;

/** What the conversion of one call needs. */
interface Conversion {
  handleOf: HandleOf;
  buffers: Uint8Array[];
}

const { stringify } = JSON;
const { hasOwn, keys } = Object;
const INTEGER_BITS = { octet: 8, "unsigned short": 16, "unsigned long": 32 } as const;

/**
 * Converts the arguments of a method as WebIDL and WebCrypto specify. The task's getters are called once each, in the
 * order of the specification: first the arguments, then the members of each algorithm.
 * @throws {TypeError} for values that WebIDL rejects
 * @throws {DOMException} NotSupportedError for an algorithm that the method does not support
 */
export function convertCall(method: SubtleMethod, values: readonly unknown[], handleOf: HandleOf): ConvertedCall {
  const signature: readonly MethodArgument[] = SUBTLE_METHODS[method];
  const needed = signature.filter(({ optional }) => optional !== true).length;
  if (values.length < needed)
    throw new TypeError(`crypto.subtle.${method} needs ${needed} arguments, got ${values.length}`);
  const conversion: Conversion = { handleOf, buffers: [] };
  const call: Record<string, unknown> = { __proto__: null, method };
  for (const [i, argument] of signature.entries())
    call[argument.name] = convertArgument(argument, values[i], conversion);
  for (const { name, kind, operation, otherwise } of signature) {
    if (kind === "algorithm" && operation !== undefined)
      call[name] = normalize(call[name], operation, otherwise, conversion);
  }
  // Bytes are copied last, because the getters above may have changed them.
  for (const { name, kind } of signature) {
    if (kind === "BufferSource") call[name] = keep(toBytes(call[name], name), conversion);
    else if (kind === "KeyData") call[name] = keyData(call, name, conversion);
  }
  return { json: stringify(call), buffers: conversion.buffers };
}

/** Converts an argument to its type. The members of objects are read later. */
function convertArgument({ name, kind }: MethodArgument, value: unknown, { handleOf }: Conversion): unknown {
  switch (kind) {
    case "algorithm":
      return isObjectOrFunction(value) ? value : toDomString(value, name);
    case "BufferSource":
      toBytes(value, name);
      return value;
    case "KeyData":
      return isBufferSource(value) ? value : convertJwk(value);
    case "CryptoKey":
      return toHandle(value, handleOf, name);
    case "KeyFormat":
      return toEnum(value, KEY_FORMATS, name);
    case "KeyUsages":
      return toSequence(value, (usage) => toEnum(usage, KEY_USAGES, name), name);
    case "boolean":
      return Boolean(value);
    case "bits":
      return value === undefined || value === null ? null : toUnsignedLong(value);
  }
}

/** https://w3c.github.io/webcrypto/#algorithm-normalization-normalize-an-algorithm */
function normalize(
  given: unknown,
  operation: AlgorithmOperation,
  otherwise: AlgorithmOperation | undefined,
  conversion: Conversion,
): Record<string, unknown> {
  const wanted = nameOf(given);
  const [name, members] = registered(wanted, operation) ??
    (otherwise === undefined ? undefined : registered(wanted, otherwise)) ?? [wanted, undefined];
  if (members === undefined) {
    // The algorithm of a derived key is first normalized for importing the key.
    if (operation === "get key length") normalize(given, "importKey", undefined, conversion);
    const purpose = operation === "get key length" ? "deriveKey" : (otherwise ?? operation);
    throw new DOMException(
      `the algorithm "${name.slice(0, 100)}" is not supported for ${purpose}`,
      "NotSupportedError",
    );
  }
  const normalized: Record<string, unknown> = { __proto__: null, name };
  if (members.length === 0) return normalized;
  const source = isObjectOrFunction(given) ? given : {};
  for (const member of members) {
    const value = source[member.name];
    if (value !== undefined) normalized[member.name] = convertMember(member, value, conversion);
    else if (member.optional !== true) throw new TypeError(`${name} needs ${member.name}`);
  }
  for (const member of members) {
    if (hasOwn(normalized, member.name))
      normalized[member.name] = settleMember(member, normalized[member.name], conversion);
  }
  return normalized;
}

function nameOf(given: unknown): string {
  if (!isObjectOrFunction(given)) return given as string;
  const { name } = given;
  if (name === undefined) throw new TypeError("the algorithm has no name");
  return toDomString(name, "the name of the algorithm");
}

/** Compares two names, ignoring the case of ASCII letters. */
function registered(wanted: string, operation: AlgorithmOperation): [string, readonly AlgorithmMember[]] | undefined {
  const algorithms = ALGORITHMS[operation];
  if (hasOwn(algorithms, wanted)) return [wanted, algorithms[wanted] ?? []];
  for (const name of keys(algorithms)) {
    if (sameName(name, wanted)) return [name, algorithms[name] ?? []];
  }
  return undefined;
}

function sameName(name: string, wanted: string): boolean {
  // Some other letters, such as U+017F, also have an ASCII letter as their upper case.
  return name.length === wanted.length && /^[\x20-\x7e]*$/.test(wanted) && name.toUpperCase() === wanted.toUpperCase();
}

/** Converts a member to its type. Bytes and nested objects are left until all members have been read. */
function convertMember({ name, kind }: AlgorithmMember, value: unknown, { handleOf }: Conversion): unknown {
  switch (kind) {
    case "BufferSource":
      toBytes(value, name);
      return value;
    case "BigInteger":
      if (!isUint8Array(value)) throw new TypeError(`${name} is not a Uint8Array`);
      toBytes(value, name);
      return value;
    case "CryptoKey":
      return toHandle(value, handleOf, name);
    case "DOMString":
      return toDomString(value, name);
    case "HashAlgorithmIdentifier":
      return isObjectOrFunction(value) ? value : toDomString(value, name);
    default:
      return enforceRange(value, INTEGER_BITS[kind], name);
  }
}

function settleMember({ name, kind }: AlgorithmMember, value: unknown, conversion: Conversion): unknown {
  if (kind === "BufferSource" || kind === "BigInteger") return keep(copyBytes(value, name), conversion);
  return kind === "HashAlgorithmIdentifier" ? normalize(value, "digest", undefined, conversion).name : value;
}

function keyData(call: Record<string, unknown>, name: string, conversion: Conversion): unknown {
  const value = call[name];
  const isBytes = isBufferSource(value);
  if ((call.format === "jwk") === isBytes) {
    throw new TypeError(isBytes ? "the format jwk needs a JSON Web Key" : `the format ${call.format} needs bytes`);
  }
  return isBytes ? keep(toBytes(value, name), conversion) : value;
}

/** https://w3c.github.io/webcrypto/#JsonWebKey-dictionary, with its members in lexicographical order. */
function convertJwk(value: unknown): Record<string, unknown> {
  if (value !== undefined && value !== null && !isObjectOrFunction(value))
    throw new TypeError("keyData is neither bytes nor a JSON Web Key");
  const source: Record<string, unknown> = value ?? {};
  const jwk: Record<string, unknown> = { __proto__: null };
  for (const name of JWK_MEMBERS) {
    const member = source[name];
    if (member === undefined) continue;
    if (name === "ext") jwk[name] = Boolean(member);
    else if (name === "key_ops") jwk[name] = toSequence(member, (item) => toDomString(item, name), name);
    else if (name === "oth") jwk[name] = toSequence(member, convertPrime, name);
    else jwk[name] = toDomString(member, name);
  }
  return jwk;
}

const JWK_MEMBERS = [...JWK_TEXTS, "ext", "key_ops", "oth"].sort();

/** https://w3c.github.io/webcrypto/#dfn-RsaOtherPrimesInfo */
function convertPrime(value: unknown): Record<string, unknown> {
  if (value !== undefined && value !== null && !isObjectOrFunction(value))
    throw new TypeError("a prime in oth is not an object");
  const prime: Record<string, unknown> = { __proto__: null };
  for (const name of ["d", "r", "t"]) {
    const member = value?.[name];
    if (member !== undefined) prime[name] = toDomString(member, name);
  }
  return prime;
}

function toHandle(value: unknown, handleOf: HandleOf, what: string): number {
  const handle = handleOf(value);
  if (handle === undefined) throw new TypeError(`${what} is not a CryptoKey`);
  return handle;
}

function keep(bytes: Uint8Array, { buffers }: Conversion): number {
  buffers[buffers.length] = bytes;
  return buffers.length - 1;
}
