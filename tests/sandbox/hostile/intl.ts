import { allEnd, type HostileClass } from "./program.ts";

/** Work that the host's Intl does for a guest. */
export const intl: HostileClass = {
  title: "Intl",
  programs: {
    ...allEnd("TIME_LIMIT", {
      "formatting over and over":
        "() => { const f = new Intl.DateTimeFormat('de', { dateStyle: 'full' }); for (;;) f.formatToParts(0); }",
      "formatters without end":
        "() => { for (let i = 0; ; i++) new Intl.DateTimeFormat('de', { timeZone: Intl.supportedValuesOf('timeZone')[i % 400] }); }",
      "locale methods without end":
        "() => { for (let i = 0; ; i++) i.toLocaleString('de', { minimumFractionDigits: i % 100 }); }",
      "numbers with many digits": "() => { const n = 10n ** 90_000n; for (;;) n.toLocaleString('de'); }",
      "comparing long texts":
        "() => { const s = 'a\\u0301'.repeat(2e5); const { compare } = new Intl.Collator('de'); for (;;) compare(s + 'x', s + 'y'); }",
      "words of a long text":
        "() => { const text = 'word '.repeat(3e6); for (const _ of new Intl.Segmenter('en', { granularity: 'word' }).segment(text)); for (;;); }",
      "the end of a long text":
        "() => { const text = 'Ab. '.repeat(3e6); for (;;) new Intl.Segmenter('en', { granularity: 'sentence' }).segment(text).containing(11e6); }",
      "upper case of a long text": "() => { const text = 'i'.repeat(1e6); for (;;) text.toLocaleUpperCase('tr'); }",
      "a list of many":
        "() => { const list = new Array(5e4).fill('x'); for (;;) new Intl.ListFormat('en').format(list); }",
      "a list without end": "() => new Intl.ListFormat('en').format((function* () { for (;;) yield ''; })())",
      "time zones without end":
        "() => { for (let i = 0; ; i += 1e9) { Temporal.Instant.fromEpochMilliseconds(i % 8e15).toZonedDateTimeISO('Europe/Berlin').hour; } }",
      "sorting by language":
        "() => { for (;;) Array.from({ length: 2e4 }, (_, i) => 'ü' + -i).sort((a, b) => a.localeCompare(b)); }",
    }),
    ...allEnd(["TIME_LIMIT", "MEMORY_LIMIT"], {
      "locales without end": "() => new Intl.NumberFormat({ length: 2 ** 53 - 1, get 0() { return 'de'; } })",
      "formatters that are kept":
        "() => { const kept = []; for (let i = 0; ; i++) kept.push(new Intl.NumberFormat('de', { minimumIntegerDigits: 1 + (i % 21), maximumFractionDigits: i % 100 })); }",
    }),
    "a number with too many digits": {
      code: "() => { try { return new Intl.NumberFormat('de').format('1'.repeat(200_000)); } catch (error) { return error.name; } }",
      output: "RangeError",
    },
    "a text that is too long to compare": {
      code: "() => { try { return 'ü'.repeat(1.2e6).localeCompare('ä'); } catch (error) { return error.name; } }",
      output: "RangeError",
    },
    "a segment that is too long": {
      code: "() => { try { return new Intl.Segmenter('en', { granularity: 'word' }).segment('a'.repeat(1e6)).containing(5e5); } catch (error) { return error.name; } }",
      output: "RangeError",
    },
    "a word that never ends, by graphemes": {
      code: "() => { let n = 0; for (const { segment } of new Intl.Segmenter().segment('a'.repeat(2e4))) n += segment.length; return n; }",
      output: 20_000,
    },
    "options that change while they are read": {
      code: `() => {
        let n = 0;
        const options = { get style() { n += 1; this.currency = "EUR"; return n === 1 ? "currency" : "unit"; }, get unit() { return { toString: () => { throw new EvalError("mine"); } }; } };
        try { return new Intl.NumberFormat("de", options).format(1); } catch (error) { return [error.name, n]; }
      }`,
      output: ["EvalError", 1],
    },
    "a part of Intl called by itself": {
      code: `() => {
        const { get } = Object.getOwnPropertyDescriptor(Intl.NumberFormat.prototype, "format");
        return [null, 1, {}, new Intl.Collator(), new Proxy(new Intl.NumberFormat(), {})].map((self) => { try { get.call(self); return "got it"; } catch (error) { return error.name; } });
      }`,
      output: ["TypeError", "TypeError", "TypeError", "TypeError", "TypeError"],
    },
  },
};
