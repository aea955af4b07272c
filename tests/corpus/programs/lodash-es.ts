import { debounce, deburr, isEqual, isPlainObject, keyBy, mapValues, sumBy, uniqWith, words } from "lodash-es";

export default async function () {
  let calls = 0;
  const later = debounce(() => calls++, 5);
  later();
  later();
  await new Promise((resolve) => setTimeout(resolve, 30));
  return {
    calls,
    text: deburr("déjà vu"),
    plain: isPlainObject(Object.create(null)),
    keyed: mapValues(keyBy([{ id: "a", n: 1 }], "id"), "n"),
    sum: sumBy([{ n: 1 }, { n: 2 }], "n"),
    unique: uniqWith([{ x: 1 }, { x: 1 }], isEqual).length,
    words: words("fred, barney & pebbles"),
  };
}
