import type { StandIn } from "../../domain/stand-in.ts";
import { XML_ESCAPES } from "../masking/escapes.ts";
import { SHORTEST_FOUND } from "../masking/finder.ts";
import { jsonForm } from "../masking/forms.ts";
import { latin1Of } from "../masking/latin1.ts";
import { createSecretSearch, type SecretSearch } from "../masking/secret-search.ts";

/** Ids of the forms in UTF-16, whose stand-ins are in UTF-16 too. */
const LITTLE_ENDIAN = "utf16le";
const BIG_ENDIAN = "utf16be";

/**
 * Prepares the search for what a host may send back of values: the forms that are masked everywhere, and in addition those that
 * are only inserted into requests, or that a protocol makes of them, such as the lower case of a name.
 */
export function createHiddenSearch(standIns: readonly StandIn[]): SecretSearch {
  const search = createSecretSearch(new Map(standIns.map(({ text, value }) => [text, value])));
  for (const { text: name, value } of standIns) {
    const addForm = (id: string, form: string) => {
      if (form.length >= SHORTEST_FOUND) search.long.add(form, { name, value, id });
    };
    const add = (id: string, text: string) => {
      addForm(id, text);
      addForm(id, latin1Of(text));
    };
    for (const form of new Set([value, value.trim(), jsonForm(value), encodeURIComponent(value)])) {
      add("lower", form.toLowerCase());
      add("upper", form.toUpperCase());
    }
    for (const form of new Set([value, value.trim(), jsonForm(value)])) {
      const wide = Buffer.from(form, "utf16le");
      addForm(LITTLE_ENDIAN, wide.toString("latin1"));
      addForm(BIG_ENDIAN, wide.swap16().toString("latin1"));
    }
  }
  return { ...search, escapes: [...search.escapes, XML_ESCAPES] };
}

/** Returns what stands for a form that was found. */
export function standInFor({ name, id }: { name: string; id: string }): string {
  if (id !== LITTLE_ENDIAN && id !== BIG_ENDIAN) return name;
  const wide = Buffer.from(name, "utf16le");
  return (id === BIG_ENDIAN ? wide.swap16() : wide).toString("latin1");
}
