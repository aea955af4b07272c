import type { HttpBodyReader, ValueHider } from "../../domain/http.ts";
import type { StandIn } from "../../domain/stand-in.ts";
import { replaceInText } from "../masking/replace-secrets.ts";
import { createSecretSearch, type FoundSecret } from "../masking/secret-search.ts";

/** Creates what replaces values by stand-ins, in any form. Short values are replaced only where they are the whole text. */
export function createValueHider(standIns: readonly StandIn[]): ValueHider {
  const search = createSecretSearch(new Map(standIns.map(({ text, value }) => [text, value])));
  const standInOf = ({ name }: FoundSecret) => name;
  const text = (given: string) => replaceInText(search, given, standInOf);
  return {
    text,
    bytes(bytes) {
      const before = latin1(bytes);
      const after = text(before);
      return after === before ? bytes : new Uint8Array(Buffer.from(after, "latin1"));
    },
    stream: (stream) => hiddenStream(stream, text, (given) => search.long.incompleteAt(given)),
  };
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
