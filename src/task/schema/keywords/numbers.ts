import { type KeywordCompiler, keyword, numberKeyword, type SchemaContext } from "../context.ts";
import { type Check, spend, violated } from "../evaluation.ts";

/** A lower or an upper bound: its keywords, and the words of its messages. */
interface Bound {
  inclusiveName: string;
  exclusiveName: string;
  /** 1 for a lower bound, -1 for an upper one. */
  sign: 1 | -1;
  atWhat: "least" | "most";
  thanWhat: "more" | "less";
}

export const minimum: KeywordCompiler = (context) =>
  bound(context, {
    inclusiveName: "minimum",
    exclusiveName: "exclusiveMinimum",
    sign: 1,
    atWhat: "least",
    thanWhat: "more",
  });

export const maximum: KeywordCompiler = (context) =>
  bound(context, {
    inclusiveName: "maximum",
    exclusiveName: "exclusiveMaximum",
    sign: -1,
    atWhat: "most",
    thanWhat: "less",
  });

function bound(context: SchemaContext, terms: Bound): Check | undefined {
  const { inclusiveName, exclusiveName, sign, atWhat, thanWhat } = terms;
  const inclusive = numberKeyword(context, inclusiveName);
  if (context.draft === 4) {
    // In draft 4 this is a flag that makes the bound of the other keyword exclusive.
    const flag = keyword(context, exclusiveName);
    if (flag !== undefined && typeof flag !== "boolean") {
      context.wrong(exclusiveName, "must be true or false in draft 4", "Write true, or use a newer draft in $schema.");
    } else if (flag !== undefined && keyword(context, inclusiveName) === undefined) {
      context.wrong(exclusiveName, `requires "${inclusiveName}" in draft 4`, `Add "${inclusiveName}".`);
    }
    return flag === true ? outside(undefined, inclusive) : outside(inclusive, undefined);
  }
  return outside(inclusive, numberKeyword(context, exclusiveName));

  function outside(inclusive: number | undefined, exclusive: number | undefined): Check | undefined {
    if (inclusive === undefined && exclusive === undefined) return undefined;
    return (value, evaluation) => {
      if (typeof value !== "number") return true;
      if (inclusive !== undefined && sign * value < sign * inclusive) {
        return violated(evaluation, () => `must be at ${atWhat} ${inclusive}`);
      }
      if (exclusive !== undefined && sign * value <= sign * exclusive) {
        return violated(evaluation, () => `must be ${thanWhat} than ${exclusive}`);
      }
      return true;
    };
  }
}

export const multipleOf: KeywordCompiler = (context) => {
  const divisor = numberKeyword(context, "multipleOf");
  if (divisor === undefined) return undefined;
  if (divisor <= 0) {
    context.wrong("multipleOf", "must be more than 0", "Write a positive number.");
    return undefined;
  }
  const message = `must be a multiple of ${divisor}`;
  return (value, evaluation) => {
    if (typeof value !== "number") return true;
    // The slow path computes with numbers of hundreds of digits.
    spend(evaluation, 10);
    return isMultiple(value, divisor) || violated(evaluation, message);
  };
};

/** Calculates exactly with the decimal notation: 0.0075 is a multiple of 0.0001, despite binary rounding. */
function isMultiple(value: number, divisor: number): boolean {
  if (Number.isSafeInteger(value) && Number.isSafeInteger(divisor)) return value % divisor === 0;
  if (!Number.isFinite(value) || !Number.isFinite(divisor)) return false;
  const [a, b] = [decimal(value), decimal(divisor)];
  const exponent = Math.min(a.exponent, b.exponent);
  const scale = (number: { digits: bigint; exponent: number }) =>
    number.digits * 10n ** BigInt(number.exponent - exponent);
  return scale(a) % scale(b) === 0n;
}

function decimal(value: number): { digits: bigint; exponent: number } {
  const [mantissa = "0", power = "0"] = value.toString().split("e");
  const [whole = "0", fraction = ""] = mantissa.split(".");
  return { digits: BigInt(whole + fraction), exponent: Number(power) - fraction.length };
}
