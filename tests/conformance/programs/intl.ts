import type { ProgramGroup } from "../program.ts";

/** Intl, Temporal and time zones: the object model. That results are the host's is checked in tests/sandbox/intl. */
export const intl: ProgramGroup = {
  title: "Intl, Temporal and time zones",
  programs: [
    {
      name: "every method that depends on a locale follows it",
      code: `() => [
        new Date(0).toLocaleString("de-DE", { timeZone: "Asia/Tokyo" }), new Date(0).toLocaleDateString("en-GB"),
        new Date(0).toLocaleTimeString("fr"), (1234.5).toLocaleString("de"), 1234n.toLocaleString("en-IN", { style: "currency", currency: "INR" }),
        [1.5, new Date(0), null].toLocaleString("de"), Float32Array.of(1.5, 2).toLocaleString("de"),
        ["z", "ä", "a"].sort((a, b) => a.localeCompare(b, "de")), "iI".toLocaleUpperCase("tr"), "Iİ".toLocaleLowerCase("tr"),
        ["C", "b", "a"].sort((a, b) => a.localeCompare(b)),
      ]`,
      output: [
        ...["1.1.1970, 09:00:00", "01/01/1970", "00:00:00", "1.234,5", "₹1,234.00", "1,5,1.1.1970, 00:00:00,", "1,5,2"],
        ...[["a", "ä", "z"], "İI", "ıi", ["a", "b", "C"]],
      ],
    },
    {
      name: "a guest speaks en-US and lives in UTC, unless its task says otherwise",
      code: `() => { const { locale, timeZone } = new Intl.DateTimeFormat("zxx").resolvedOptions(); return [locale, timeZone, new Date(0).getHours(), new Date(0).toLocaleString()]; }`,
      output: ["en-US", "UTC", 0, "1/1/1970, 12:00:00 AM"],
    },
    {
      name: "a task's time zone is that of Date, Intl and Temporal",
      timeZone: "America/New_York",
      code: `() => [
        Intl.DateTimeFormat().resolvedOptions().timeZone, Temporal.Now.timeZoneId(), new Date(0).getHours(), new Date(0).getTimezoneOffset(),
        new Date(2024, 6, 1).toISOString(), Date.parse("2024-07-01T00:00"), Date.parse("2024-07-01"), String(new Date(0)), new Date(0).toLocaleString(),
      ]`,
      output: [
        ...["America/New_York", "America/New_York", 19, 300, "2024-07-01T04:00:00.000Z", 1719806400000, 1719792000000],
        ...["Wed Dec 31 1969 19:00:00 GMT-0500 (Eastern Standard Time)", "12/31/1969, 7:00:00 PM"],
      ],
    },
    {
      name: "the objects of Intl are what the standard says",
      code: `() => Object.getOwnPropertyNames(Intl).map((name) => {
        const member = Intl[name];
        if (!/^[A-Z]/.test(name)) return [name, member.length, "prototype" in member];
        const { prototype } = member;
        return [name, member.length, Object.prototype.toString.call(prototype), Object.getOwnPropertyNames(prototype).length > 2,
          Object.getOwnPropertyDescriptor(member, "prototype").writable, Object.keys(prototype).length];
      })`,
      output: [
        ["getCanonicalLocales", 1, false],
        ["supportedValuesOf", 1, false],
        ...(
          [
            ...["Collator", "DateTimeFormat", "DisplayNames", "DurationFormat", "ListFormat", "Locale", "NumberFormat"],
            ...["PluralRules", "RelativeTimeFormat", "Segmenter"],
          ] as const
        ).map((name) => {
          const length = name === "DisplayNames" ? 2 : name === "Locale" ? 1 : 0;
          return [name, length, `[object Intl.${name}]`, true, false, 0];
        }),
      ],
    },
    {
      name: "constructors that need new say so, and classes can extend them",
      code: `() => {
        const without = Object.getOwnPropertyNames(Intl).filter((name) => /^[A-Z]/.test(name)).filter((name) => {
          try { Intl[name](undefined, { type: "region" }); return true; } catch (error) { return !(error instanceof TypeError); }
        });
        class Euro extends Intl.NumberFormat {
          constructor() { super("de", { style: "currency", currency: "EUR" }); }
          twice(n) { return this.format(2 * n); }
        }
        const { format } = new Euro();
        return [without, new Euro().twice(2), format(1), new Euro() instanceof Intl.NumberFormat, format.name, format.length];
      }`,
      output: [["Collator", "DateTimeFormat", "NumberFormat"], "4,00\u00a0€", "1,00\u00a0€", true, "", 1],
    },
    {
      name: "options are read once, in the standard's order, by the guest's own getters",
      code: `() => {
        const read = [];
        const options = new Proxy({ style: "unit", unit: { toString() { read.push("toString"); return "liter"; } } }, {
          get(target, name) { read.push(name); return target[name]; },
        });
        const text = new Intl.NumberFormat(["de"], options).format(3);
        return [text, read.slice(0, 9)];
      }`,
      output: [
        "3 l",
        [
          ...["localeMatcher", "numberingSystem", "style", "currency", "currencyDisplay", "currencySign", "unit"],
          ...["toString", "unitDisplay"],
        ],
      ],
    },
    {
      name: "errors are the guest's own, and come when the standard says",
      code: `() => {
        const thrown = (work) => { try { work(); return "nothing"; } catch (error) { return [error.name, error instanceof RangeError || error instanceof TypeError]; } };
        return [
          thrown(() => new Intl.NumberFormat("de", { style: "currency" })), thrown(() => new Intl.NumberFormat("not a locale")),
          thrown(() => new Intl.DateTimeFormat("de", { timeZone: "Nowhere", get weekday() { throw new Error("too late"); } })),
          thrown(() => new Intl.DateTimeFormat().format(NaN)), thrown(() => Intl.NumberFormat.prototype.format),
          thrown(() => new Intl.ListFormat().format([1])), thrown(() => Intl.supportedValuesOf("color")),
          thrown(() => new Intl.Collator("de", { get usage() { throw new EvalError("mine"); } })),
        ];
      }`,
      output: [
        ...[
          ["TypeError", true],
          ["RangeError", true],
          ["RangeError", true],
          ["RangeError", true],
          ["TypeError", true],
        ],
        ...[
          ["TypeError", true],
          ["RangeError", true],
          ["EvalError", false],
        ],
      ],
    },
    {
      name: "a segmenter divides what it is given, half pairs too",
      code: `() => {
        const segments = new Intl.Segmenter("en", { granularity: "word" }).segment("Hi, \\ud800 you");
        const iterator = segments[Symbol.iterator]();
        return [[...segments].map((s) => [s.segment.length, s.index, s.isWordLike]), segments.containing(8).segment, segments.containing(11) === undefined,
          iterator[Symbol.toStringTag], iterator.next().value.input.length, [...new Intl.Segmenter().segment("e\\u0301👩‍👩‍👧")].length];
      }`,
      output: [
        [
          ...[
            [2, 0, true],
            [1, 2, false],
            [1, 3, false],
            [1, 4, false],
            [1, 5, false],
            [3, 6, true],
          ],
        ],
        ...["you", true, "Segmenter String Iterator", 9, 2],
      ],
    },
    {
      name: "a long text is divided as a whole",
      code: `() => {
        const text = "One word, then another. ".repeat(500) + "中文字".repeat(1500) + " End";
        const segments = [...new Intl.Segmenter("en", { granularity: "word" }).segment(text)];
        return [segments.map((s) => s.segment).join("") === text, segments.every((s, i) => i === 0 || s.index === segments[i - 1].index + segments[i - 1].segment.length), segments.at(-1).segment];
      }`,
      output: [true, true, "End"],
    },
    {
      name: "Temporal calculates, and formats with Intl",
      timeZone: "Europe/Berlin",
      code: `() => {
        const meeting = Temporal.ZonedDateTime.from("2024-03-30T10:00[Europe/Berlin]");
        const date = Temporal.PlainDate.from("2024-02-29");
        return [
          meeting.add({ days: 1 }).toString(), meeting.add({ hours: 24 }).toString(), meeting.until(meeting.add({ days: 1 })).toString(),
          date.add({ years: 1 }).toString(), date.withCalendar("hebrew").monthCode, date.toLocaleString("de", { dateStyle: "full" }),
          new Intl.DateTimeFormat("en", { month: "long", day: "numeric" }).format(date), meeting.toLocaleString("en-GB"),
          Temporal.Duration.from("PT1H30M").toLocaleString("en"), new Date(0).toTemporalInstant().toString(),
          Object.prototype.toString.call(Temporal), Object.keys(globalThis).includes("Temporal"), typeof Temporal.Now.instant(),
        ];
      }`,
      output: [
        ...[
          "2024-03-31T10:00:00+02:00[Europe/Berlin]",
          "2024-03-31T11:00:00+02:00[Europe/Berlin]",
          "PT23H",
          "2025-02-28",
        ],
        ...["M05L", "Donnerstag, 29. Februar 2024", "February 29", "30/03/2024, 10:00:00 CET", "1 hr, 30 min"],
        ...["1970-01-01T00:00:00Z", "[object Temporal]", false, "object"],
      ],
    },
    {
      name: "a program's top level can use all of it, every time",
      code: `const format = new Intl.NumberFormat("de"); const day = Temporal.PlainDate.from("2024-01-01"); () => [format.format(1.5), day.toLocaleString("de")]`,
      output: ["1,5", "1.1.2024"],
    },
    {
      name: "Intl and Temporal are globals that can be replaced",
      code: `() => {
        const before = Object.getOwnPropertyDescriptor(globalThis, "Intl").configurable;
        globalThis.Intl = 5;
        const replaced = Intl;
        delete globalThis.Temporal;
        return [before, replaced, typeof Temporal, (1.5).toLocaleString("de"), typeof new Date(0).toTemporalInstant()];
      }`,
      output: [true, 5, "undefined", "1,5", "object"],
    },
    {
      name: "what a task does to the language's own objects does not reach into Intl",
      code: `() => {
        Array.prototype.toJSON = () => "no"; JSON.parse = JSON.stringify = () => { throw new Error("mine"); };
        Array.prototype.push = Array.prototype.indexOf = () => { throw new Error("mine"); };
        try { return new Intl.ListFormat("en").format(["a", "b"]) + (1.5).toLocaleString("de"); }
        finally { delete Array.prototype.toJSON; }
      }`,
      output: "a and b1,5",
    },
  ],
};
