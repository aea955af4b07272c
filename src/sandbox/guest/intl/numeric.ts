import { isObjectOrFunction } from "../webidl.ts";
import { numberOf, textOf } from "./options.ts";

const toPrimitiveSymbol: typeof Symbol.toPrimitive = Symbol.toPrimitive;

/** https://tc39.es/ecma402/#sec-tointlmathematicalvalue. A text stays one: it may have more digits than a number. */
export function toMathematicalValue(value: unknown): number | bigint | string {
  const primitive = toNumericPrimitive(value);
  return typeof primitive === "bigint" || typeof primitive === "string" ? primitive : numberOf(primitive);
}

/** https://tc39.es/ecma262/#sec-toprimitive with the hint "number" */
function toNumericPrimitive(value: unknown): unknown {
  if (!isObjectOrFunction(value)) return value;
  const exotic = value[toPrimitiveSymbol];
  if (exotic !== undefined && exotic !== null) {
    if (typeof exotic !== "function") throw new TypeError("Symbol.toPrimitive is not a function");
    return primitiveOnly(Reflect.apply(exotic, value, ["number"]));
  }
  for (const name of ["valueOf", "toString"]) {
    const method = value[name];
    if (typeof method !== "function") continue;
    const result: unknown = Reflect.apply(method, value, []);
    if (!isObjectOrFunction(result)) return result;
  }
  throw new TypeError("the object can't be converted to a primitive value");
}

function primitiveOnly(result: unknown): unknown {
  if (isObjectOrFunction(result)) throw new TypeError("Symbol.toPrimitive returned an object");
  return result;
}

/** ToIntegerIfIntegral: https://tc39.es/proposal-temporal/#sec-tointegerifintegral */
export function toIntegerIfIntegral(value: unknown, name: string): number {
  const number = numberOf(value);
  if (!Number.isInteger(number)) throw new RangeError(`${name} is ${textOf(number)}, which is not an integer`);
  return number + 0;
}
