/**
 * Languages that order ASCII as the root of CLDR does, without letters that count as one ("ch"). A test compares all
 * of them with the runtime.
 */
const PLAIN_LANGUAGES: readonly string[] = ["en", "de", "fr", "it", "nl", "pt", "id", "ms", "ja", "ko", "zh", "ru"];

/**
 * Returns the place of each printable ASCII character in a collator's order; letters that differ in case share one.
 * @returns null if the collator may compare texts of ASCII in another way than character by character, then by case
 */
export function asciiOrder(collator: Intl.Collator): number[] | null {
  const { locale, usage, sensitivity, ignorePunctuation, collation, numeric, caseFirst } = collator.resolvedOptions();
  const [language = ""] = locale.split("-");
  const plain = usage === "sort" && sensitivity === "variant" && collation === "default" && caseFirst === "false";
  if (!plain || ignorePunctuation || numeric || !PLAIN_LANGUAGES.includes(language)) return null;
  const base = new Intl.Collator(locale, { sensitivity: "base" });
  const characters = Array.from({ length: 95 }, (_, i) => String.fromCharCode(0x20 + i));
  const sorted = characters.toSorted(base.compare);
  const places = new Map<string, number>();
  let place = 0;
  for (const [i, character] of sorted.entries()) {
    if (i > 0 && base.compare(sorted[i - 1] ?? "", character) !== 0) place += 1;
    places.set(character, place);
  }
  return characters.map((character) => places.get(character) ?? 0);
}
