import { RatchetError } from "../../domain/errors.ts";
import type { SecretMasker } from "../../secrets/masking/secret-masker.ts";
import { endCutTexts, mapTexts } from "./guest-texts.ts";

type Masker = Pick<SecretMasker, "text" | "openEnd" | "value">;

/** Masks secrets in everything that an error shows: messages, names, stacks, details and causes. */
export function maskError(error: RatchetError, masker: Masker): RatchetError {
  const { code, message, data, problems, remedy, guest, cause } = withEndedTexts(error, masker);
  return new RatchetError(code, masker.text(message), {
    data: masker.value(data),
    problems: problems.map((problem) => ({ ...problem, message: masker.text(problem.message) })),
    remedy: remedy === undefined ? undefined : masker.text(remedy),
    guest: guest === undefined ? undefined : mapTexts(guest, masker.text),
    cause,
  });
}

/** Leaves out what may be the beginning of a secret at the end of texts that were cut, also where the message repeats them. */
export function withEndedTexts(error: RatchetError, masker: Pick<Masker, "openEnd">): RatchetError {
  const { code, message, data, problems, remedy, guest, cause } = error;
  if (guest === undefined) return error;
  const ended = endCutTexts(guest, masker);
  const repeats: [string, string][] = [
    [`${guest.name}: ${guest.message}`, `${ended.name}: ${ended.message}`],
    [guest.message, ended.message],
  ];
  const [given, left] = repeats.find(([text]) => message.endsWith(text)) ?? ["", ""];
  const shown = message.slice(0, message.length - given.length) + left;
  return new RatchetError(code, shown, { data, problems, remedy, guest: ended, cause });
}
