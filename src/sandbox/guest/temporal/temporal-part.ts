import { Temporal, toTemporalInstant } from "temporal-polyfill/full/implementation";
import type { IntlPart } from "../intl/intl-part.ts";
import { bridge } from "../part-bridge.ts";

/** The classes whose objects can be formatted. */
const CLASSES = [
  ...["Duration", "Instant", "PlainDate", "PlainDateTime", "PlainMonthDay", "PlainTime", "PlainYearMonth"],
  "ZonedDateTime",
] as const;

type ToString = (options?: object) => string;

const intl = bridge.usePart("intl") as IntlPart;
const classes = Temporal as unknown as Record<string, { prototype: { toString: ToString } }>;
const { apply } = Reflect;
const complete = { calendarName: "always" };

/** The classes' own functions, which throw for objects of another class. */
const texts = CLASSES.map((name) => [name, classes[name]?.prototype.toString as ToString] as const);

/** Returns an object's class and its text with its calendar; undefined if it is not of Temporal. */
function describe(value: object): readonly [name: string, text: string] | undefined {
  for (let i = 0; i < texts.length; i++) {
    const [name, toText] = texts[i] as (typeof texts)[number];
    try {
      return [name, apply(toText, value, [complete])];
    } catch {
      // It belongs to another class.
    }
  }
  return undefined;
}

function install(): void {
  intl.recogniseTemporal(describe);
  for (const [name, toText] of texts) {
    const methods = {
      toLocaleString(this: unknown, locales?: unknown, options?: unknown): unknown {
        return intl.temporalText([name, apply(toText, this, [complete])], locales, options);
      },
    };
    Object.defineProperty(methods.toLocaleString, "length", { value: 0 });
    Object.defineProperty(classes[name]?.prototype, "toLocaleString", { value: methods.toLocaleString });
  }
  bridge.provided = { Temporal, toTemporalInstant };
}

install();
