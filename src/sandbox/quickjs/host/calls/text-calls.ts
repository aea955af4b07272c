import { OPERATION } from "../../../host-operations.ts";
import { newUtf8Bytes, readNumber, readString } from "../../machine/values.ts";
import { newDecodedString } from "../text-decoding.ts";
import { changeUrl, parseUrl } from "../url-parts.ts";
import { type HostCall, nothing, stringOrNothing, textOf } from "./call.ts";

/** The longest text that is parsed as a URL, bytes: the host needs many times as much to take it apart. */
const MAX_URL = 128 * 1024;
/** The longest name of a URL's part or of an encoding, bytes. */
const MAX_LABEL = 256;

/** URLs and text encodings, which are the host's own. */
export const TEXT_CALLS: Readonly<Record<number, HostCall>> = {
  [OPERATION.parseUrl]: (context, [input, base]) =>
    stringOrNothing(
      context,
      parseUrl(textOf(context, input, MAX_URL), readString(context.machine, base, MAX_URL)?.text),
    ),
  [OPERATION.changeUrl]: (context, [href, part, value]) =>
    stringOrNothing(
      context,
      changeUrl(textOf(context, href, MAX_URL), textOf(context, part, MAX_LABEL), textOf(context, value, MAX_URL)),
    ),
  [OPERATION.encodeText]: ({ machine }, [value]) => newUtf8Bytes(machine, value),
  [OPERATION.decodeText]: (context, [bytes, encoding, options]) => {
    const flags = readNumber(context.machine, options);
    const decoding = {
      encoding: textOf(context, encoding, MAX_LABEL),
      fatal: (flags & 1) !== 0,
      keepBom: (flags & 2) !== 0,
      partial: (flags & 4) !== 0,
    };
    return newDecodedString(context.machine, bytes, decoding) ?? nothing(context);
  },
  [OPERATION.encodingName]: (context, [label]) =>
    stringOrNothing(context, encodingName(textOf(context, label, MAX_LABEL))),
};

function encodingName(label: string): string | undefined {
  try {
    return new TextDecoder(label as "utf-8").encoding;
  } catch {
    return undefined;
  }
}
