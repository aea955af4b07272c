const tag = (name: string) => (value: unknown) => Object.prototype.toString.call(value) === `[object ${name}]`;
const typedArrayTag = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  Symbol.toStringTag,
)?.get;
const typed = (name: string) => (value: unknown) => typedArrayTag?.call(value) === name;
const isInstance = (name: string) => (value: unknown) => {
  const type = (globalThis as Record<string, unknown>)[name];
  return typeof type === "function" && value instanceof type;
};
const isSharedArrayBuffer = isInstance("SharedArrayBuffer");

const TYPED_ARRAYS = [
  "Uint8Array",
  "Uint8ClampedArray",
  "Uint16Array",
  "Uint32Array",
  "Int8Array",
  "Int16Array",
  "Int32Array",
  "Float16Array",
  "Float32Array",
  "Float64Array",
  "BigInt64Array",
  "BigUint64Array",
];

export default {
  ...Object.fromEntries(TYPED_ARRAYS.map((name) => [`is${name}`, typed(name)])),
  isTypedArray: (value: unknown) => typedArrayTag?.call(value) !== undefined,
  isArrayBufferView: ArrayBuffer.isView,
  isArrayBuffer: isInstance("ArrayBuffer"),
  isSharedArrayBuffer,
  isAnyArrayBuffer: (value: unknown) => value instanceof ArrayBuffer || isSharedArrayBuffer(value),
  isDataView: isInstance("DataView"),
  isDate: tag("Date"),
  isRegExp: tag("RegExp"),
  isNativeError: isInstance("Error"),
  isMap: isInstance("Map"),
  isSet: isInstance("Set"),
  isWeakMap: isInstance("WeakMap"),
  isWeakSet: isInstance("WeakSet"),
  isPromise: isInstance("Promise"),
  isMapIterator: tag("Map Iterator"),
  isSetIterator: tag("Set Iterator"),
  isGeneratorObject: tag("Generator"),
  isGeneratorFunction: (value: unknown) =>
    typeof value === "function" && /GeneratorFunction\]$/.test(Object.prototype.toString.call(value)),
  isAsyncFunction: (value: unknown) =>
    typeof value === "function" && /\[object Async(?:Generator)?Function\]/.test(Object.prototype.toString.call(value)),
  isArgumentsObject: tag("Arguments"),
  isBoxedPrimitive: (value: unknown) =>
    typeof value === "object" &&
    value !== null &&
    /^\[object (?:String|Number|Boolean|BigInt|Symbol)\]$/.test(Object.prototype.toString.call(value)),
  isNumberObject: (value: unknown) => typeof value === "object" && tag("Number")(value),
  isStringObject: (value: unknown) => typeof value === "object" && tag("String")(value),
  isBooleanObject: (value: unknown) => typeof value === "object" && tag("Boolean")(value),
  isBigIntObject: (value: unknown) => typeof value === "object" && value instanceof BigInt,
  isSymbolObject: (value: unknown) => typeof value === "object" && value instanceof Symbol,
  isCryptoKey: isInstance("CryptoKey"),
  isKeyObject: (value: unknown) =>
    (value as { constructor?: { name?: string } } | null)?.constructor?.name === "SecretKeyObject",
  isModuleNamespaceObject: tag("Module"),
  // A task can't tell: the engine has no way to look behind a proxy, and nothing external.
  isProxy: () => false,
  isExternal: () => false,
};
