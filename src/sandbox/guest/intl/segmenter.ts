import { plainOptions, serviceJson } from "./ask.ts";
import { canonicalizeLocaleList, getOptionsObject, localeMatcher, numberOf, stringOption, textOf } from "./options.ts";
import { SegmentReader } from "./segment-reader.ts";
import { addMembers, defineService, type Service, setTag } from "./service.ts";
import { slotsOf } from "./slots.ts";

/** One segment as the standard describes it. */
interface SegmentData {
  segment: string;
  index: number;
  input: string;
  isWordLike?: boolean;
}

/** A text that is being divided, as Segments and their iterators keep it. */
interface Division {
  text: string;
  reader: SegmentReader;
}

const { trunc } = Math;
const iteratorOf: typeof Symbol.iterator = Symbol.iterator;
const iteratorPrototype = Object.getPrototypeOf(Object.getPrototypeOf([][iteratorOf]())) as object;

/** Creates Intl.Segmenter: https://tc39.es/ecma402/#segmenter-objects */
export function createSegmenter(): Service {
  const segments = segmentsPrototype();
  const members = {
    segment(this: unknown, text: unknown): unknown {
      const { json } = slotsOf(this, "Segmenter", "segment");
      return segments.create(textOf(text), json);
    },
  };
  const read = ([locales, options]: readonly unknown[]) => {
    const requested = canonicalizeLocaleList(locales);
    const given = getOptionsObject(options);
    const plain = plainOptions();
    plain.localeMatcher = localeMatcher(given);
    plain.granularity = stringOption(given, "granularity", ["grapheme", "word", "sentence"]);
    return serviceJson(requested, plain);
  };
  return defineService({ name: "Segmenter", read, resolved: ["locale", "granularity"], members });
}

/** Segments objects: https://tc39.es/ecma402/#segments-objects */
function segmentsPrototype(): { create: (text: string, json: string) => object } {
  class Segments {
    readonly #division: Division;
    constructor(division: Division) {
      this.#division = division;
    }
    static divisionOf(value: unknown): Division {
      if (typeof value === "object" && value !== null && #division in value) return value.#division as Division;
      throw new TypeError("the value is not a Segments object");
    }
  }
  const divisionOf = Segments.divisionOf;
  const iterate = segmentIterators();
  const members = {
    containing(this: unknown, index: unknown): unknown {
      const division = divisionOf(this);
      const at = trunc(numberOf(index)) || 0; // NaN is 0
      if (at < 0 || at >= division.text.length) return undefined;
      const [start, end, wordLike] = division.reader.around(at);
      return segmentData(division.text, { start, end, wordLike });
    },
    [iteratorOf](this: unknown): unknown {
      return iterate(divisionOf(this));
    },
  };
  const prototype = {};
  addMembers(prototype, members);
  return {
    create(text, json) {
      const made = new Segments({ text, reader: new SegmentReader(text, json) });
      Object.setPrototypeOf(made, prototype);
      return made;
    },
  };
}

/** Segment iterators: https://tc39.es/ecma402/#segment-iterator-objects */
function segmentIterators(): (division: Division) => object {
  class SegmentIterator {
    readonly #division: Division;
    #at = 0;
    constructor(division: Division) {
      this.#division = division;
    }
    static step(value: unknown): IteratorResult<SegmentData> {
      if (!(typeof value === "object" && value !== null && #division in value)) {
        throw new TypeError("the value is not a Segment Iterator");
      }
      const own = value as SegmentIterator;
      const { text, reader } = own.#division;
      const start = own.#at;
      if (start >= text.length) return { value: undefined, done: true };
      const [, end, wordLike] = reader.around(start);
      own.#at = end;
      return { value: segmentData(text, { start, end, wordLike }), done: false };
    }
  }
  const { step } = SegmentIterator;
  const prototype = Object.create(iteratorPrototype) as object;
  addMembers(prototype, {
    next(this: unknown): unknown {
      return step(this);
    },
  });
  setTag(prototype, "Segmenter String Iterator");
  return (division) => {
    const made = new SegmentIterator(division);
    Object.setPrototypeOf(made, prototype);
    return made;
  };
}

function segmentData(
  text: string,
  { start, end, wordLike }: { start: number; end: number; wordLike: boolean | undefined },
): SegmentData {
  const data: SegmentData = { segment: text.slice(start, end), index: start, input: text };
  if (wordLike !== undefined) data.isWordLike = wordLike;
  return data;
}
