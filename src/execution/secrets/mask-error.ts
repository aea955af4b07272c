import { RatchetError } from "../../domain/errors.ts";
import type { GuestError } from "../../domain/guest-errors.ts";
import { defined } from "../../lib/defined.ts";
import type { SecretMasker } from "../../secrets/masking/secret-masker.ts";

type Masker = Pick<SecretMasker, "text" | "value">;

/** Masks secrets in everything that an error shows: messages, names, stacks, details and causes. */
export function maskError(error: RatchetError, masker: Masker): RatchetError {
  const { code, message, data, problems, remedy, guest, cause } = error;
  return new RatchetError(code, masker.text(message), {
    data: masker.value(data),
    problems: problems.map((problem) => ({ ...problem, message: masker.text(problem.message) })),
    remedy: remedy === undefined ? undefined : masker.text(remedy),
    guest: guest === undefined ? undefined : maskGuestError(guest, masker),
    cause,
  });
}

function maskGuestError(guest: GuestError, masker: Masker): GuestError {
  const { text } = masker;
  const { name, message, classes, code, stack, cause, errors, ...rest } = guest;
  return {
    ...rest,
    name: text(name),
    message: text(message),
    ...defined({
      classes: classes?.map(text),
      code: code === undefined ? undefined : text(code),
      stack: stack === undefined ? undefined : text(stack),
      cause: cause && maskGuestError(cause, masker),
      errors: errors?.map((one) => maskGuestError(one, masker)),
    }),
  };
}
