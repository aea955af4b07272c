import { LONGEST_KEY } from "../../domain/job.ts";
import type { SecretMasker } from "../../secrets/masking/secret-masker.ts";
import { fitted } from "./fitted-text.ts";

/** Masks texts. */
export type Masker = Pick<SecretMasker, "text">;

/** Returns what masks the secrets as they are now. */
export type MaskerNow = () => Promise<Masker>;

/** Masks what is only read, and what something is found by. */
export interface Maskers {
  masker: MaskerNow;
  keys: MaskerNow;
}

/** What masks nothing, as long as there are no secrets. */
export const NOTHING_SECRET: Masker = { text: (text) => text };

/** Masks members that are texts. @returns the object itself if it has no secret */
export function withMasked<T extends object>(object: T, names: readonly (keyof T)[], masker: Masker): T {
  let masked = object;
  for (const name of names) {
    const value = object[name];
    if (typeof value !== "string") continue;
    const text = keyOf(value, masker);
    if (text !== value) masked = { ...masked, [name]: text };
  }
  return masked;
}

/** Masks tags. @returns the object itself if it has no secret */
export function withMaskedTags<T extends { tags?: readonly string[] }>(object: T, masker: Masker): T {
  const { tags } = object;
  if (tags === undefined) return object;
  const masked = [...new Set(tags.map((tag) => keyOf(tag, masker)))];
  return masked.length === tags.length && masked.every((tag, at) => tag === tags[at])
    ? object
    : { ...object, tags: masked };
}

/** Masks a text that must not get longer than keys may be. */
export function keyOf(text: string, masker: Masker): string {
  const masked = masker.text(text);
  return masked === text ? text : fitted(masked, Math.max(text.length, LONGEST_KEY));
}

/** Masks a text that may be as long as it gets. */
export function textOf<T extends string | null | undefined>(text: T, masker: Masker): T {
  return (typeof text === "string" ? masker.text(text) : text) as T;
}
