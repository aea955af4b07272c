import type { JsonValue } from "../../domain/json.ts";
import type { NamedValue } from "../../domain/secret.ts";
import type { ShareableText } from "../../domain/shared-text.ts";
import { SlowSearch } from "./finder.ts";
import { openEnd } from "./open-end.ts";
import { finishSteps, type Replacement, replaceInJson, replaceInText } from "./replace-secrets.ts";
import { createSecretSearch, type SecretSearch } from "./secret-search.ts";
import { replaceInShareable } from "./shareable-text.ts";

/** Masks the values of secrets, whatever form they are in. A value of fewer than 8 characters is masked as a whole only. */
export interface SecretMasker {
  /** Masks a text that is no JSON, such as a log line. */
  text(text: string): string;
  /**
   * Returns the end of what can be masked of a text that goes on, or was cut, at its end. What follows may be the beginning
   * of a secret. The length if there is no such beginning.
   */
  openEnd(text: string): number;
  /** Masks a JSON text, which stays JSON. */
  json(text: string): string;
  /** Masks a JSON text of any size without blocking the thread. */
  jsonInSteps(text: ShareableText): Promise<ShareableText>;
  /** Masks the strings of a value, and the names of its members. */
  value<T extends JsonValue>(value: T): T;
}

const mask: Replacement = ({ name }, place) => (place === "value" ? `"[secret ${name}]"` : `[secret ${name}]`);

/**
 * Creates a masker for values, of which a name can have several.
 * @example
 * ```ts
 * const masker = createSecretMasker(new Map([["API_TOKEN", "s3cr3t-token"]]));
 * masker.text("GET /?key=s3cr3t-token"); // => "GET /?key=[secret API_TOKEN]"
 * masker.text(btoa("user:s3cr3t-token")).includes(btoa("token")); // => false
 * ```
 */
export function createSecretMasker(values: Iterable<NamedValue>): SecretMasker {
  return maskerOf(createSecretSearch(values));
}

/** Creates a masker for a search that was prepared. */
export function maskerOf(search: SecretSearch): SecretMasker {
  const json = (text: string) => unlessSlow(() => finishSteps(replaceInJson(search, text, mask)), `"${UNSEARCHED}"`);
  return {
    text: (text) => unlessSlow(() => replaceInText(search, text, mask), UNSEARCHED),
    openEnd: (text) => openEnd(search, text),
    json,
    async jsonInSteps(text) {
      try {
        return await replaceInShareable(search, text, mask);
      } catch (error) {
        if (error instanceof SlowSearch) return `"${UNSEARCHED}"`;
        throw error;
      }
    },
    value<T extends JsonValue>(value: T): T {
      const text = JSON.stringify(value);
      const masked = json(text);
      return masked === text ? value : (JSON.parse(masked) as T);
    },
  };
}

/** Stands for a text that is made to be slow to search. */
export const UNSEARCHED = "[not shown: it can't be searched for secrets]";

function unlessSlow(work: () => string, otherwise: string): string {
  try {
    return work();
  } catch (error) {
    if (error instanceof SlowSearch) return otherwise;
    throw error;
  }
}
