import type { PlainOptions } from "./ask.ts";
import { defaultNumberOption, numberOption, type Options, stringOption } from "./options.ts";

const INCREMENTS = [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1000, 2000, 2500, 5000];
const MODES = ["ceil", "floor", "expand", "trunc", "halfCeil", "halfFloor", "halfExpand", "halfTrunc", "halfEven"];

function isIncrement(value: number): boolean {
  for (let i = 0; i < INCREMENTS.length; i++) if (INCREMENTS[i] === value) return true;
  return false;
}

/**
 * Reads the options about digits: https://tc39.es/ecma402/#sec-setnfdigitoptions. The host resolves them; this reads each
 * once, and converts it when the standard does.
 */
export function readDigitOptions(options: Options, into: PlainOptions): void {
  into.minimumIntegerDigits = numberOption(options, "minimumIntegerDigits", 1, 21);
  const minimumFraction = options.minimumFractionDigits;
  const maximumFraction = options.maximumFractionDigits;
  const minimumSignificant = options.minimumSignificantDigits;
  const maximumSignificant = options.maximumSignificantDigits;
  const increment = numberOption(options, "roundingIncrement", 1, 5000);
  if (increment !== undefined && !isIncrement(increment)) {
    throw new RangeError(`${increment} is not a valid value for the option roundingIncrement`);
  }
  into.roundingIncrement = increment;
  into.roundingMode = stringOption(options, "roundingMode", MODES);
  const priority = stringOption(options, "roundingPriority", ["auto", "morePrecision", "lessPrecision"]);
  into.roundingPriority = priority;
  into.trailingZeroDisplay = stringOption(options, "trailingZeroDisplay", ["auto", "stripIfInteger"]);
  const hasSignificant = minimumSignificant !== undefined || maximumSignificant !== undefined;
  const hasFraction = minimumFraction !== undefined || maximumFraction !== undefined;
  if (hasSignificant) {
    const least = defaultNumberOption(minimumSignificant, "minimumSignificantDigits", 1, 21);
    into.minimumSignificantDigits = least;
    into.maximumSignificantDigits = defaultNumberOption(maximumSignificant, "maximumSignificantDigits", least ?? 1, 21);
  }
  // With significant digits and the priority "auto", the standard does not convert the others.
  const auto = priority === undefined || priority === "auto";
  if (hasFraction && !(hasSignificant && auto)) {
    into.minimumFractionDigits = defaultNumberOption(minimumFraction, "minimumFractionDigits", 0, 100);
    into.maximumFractionDigits = defaultNumberOption(maximumFraction, "maximumFractionDigits", 0, 100);
  }
}
