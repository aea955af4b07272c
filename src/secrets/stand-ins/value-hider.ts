import { type HttpBodyReader, HttpFailure, type ValueHider } from "../../domain/http.ts";
import type { StandIn } from "../../domain/stand-in.ts";
import { incompleteSecretAt } from "../masking/escaped-search.ts";
import { SlowSearch } from "../masking/finder.ts";
import { replaceInText } from "../masking/replace-secrets.ts";
import { createHiddenSearch, standInFor } from "./hidden-search.ts";

/** Creates what replaces values by stand-ins, in any form. */
export function createValueHider(standIns: readonly StandIn[]): ValueHider {
  const search = createHiddenSearch(standIns);
  const text = (given: string) => unlessSlow(() => replaceInText(search, given, standInFor));
  const incompleteAt = (given: string) => unlessSlow(() => incompleteSecretAt(search, given));
  return {
    text,
    bytes(bytes) {
      const before = latin1(bytes);
      const after = text(before);
      return after === before ? bytes : new Uint8Array(Buffer.from(after, "latin1"));
    },
    stream: (stream) => hiddenStream(stream, text, incompleteAt),
  };
}

function unlessSlow<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof SlowSearch)) throw error;
    throw new HttpFailure("refused", "what the host sent can't be searched for secrets in reasonable time", {
      cause: error,
    });
  }
}

/** Hides values in a body that arrives in pieces. What may be the start of a value waits for the next piece. */
function hiddenStream(
  stream: HttpBodyReader,
  hide: (text: string) => string,
  incompleteAt: (text: string) => number,
): HttpBodyReader {
  let held = "";
  let isOver = false;
  return {
    async read() {
      while (!isOver) {
        const piece = await stream.read();
        isOver = piece === undefined;
        const text = hide(held + (piece === undefined ? "" : latin1(piece)));
        const end = isOver ? text.length : incompleteAt(text);
        held = text.slice(end);
        if (end > 0) return new Uint8Array(Buffer.from(text.slice(0, end), "latin1"));
      }
      return undefined;
    },
    cancel: () => stream.cancel(),
  };
}

function latin1({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString("latin1");
}
