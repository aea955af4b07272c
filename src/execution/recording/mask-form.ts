import { maskJsonText } from "./mask-json-text.ts";
import type { Masker } from "./masker.ts";
import { secretFieldKind } from "./secret-names.ts";

/**
 * A form (`application/x-www-form-urlencoded`) or a query with its secret fields replaced; all else stays as written.
 */
export function maskForm(text: string, masker: Masker): string {
  return text
    .split("&")
    .map((pair) => {
      const equals = pair.indexOf("=");
      if (equals === -1) return masker.text(pair);
      const value = pair.slice(equals + 1);
      const kind = secretFieldKind(decoded(pair.slice(0, equals)));
      if (kind === undefined || value === "") return masker.text(pair);
      return pair.slice(0, equals + 1) + masker.secret(kind, decoded(value));
    })
    .join("&");
}

/**
 * A URL, or a text that begins with one, with the password of its credentials and the secret fields of its query and
 * fragment replaced.
 */
export function maskUrl(url: string, masker: Masker): string {
  const [, start = "", query = "", fragment = ""] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(url) ?? [];
  const [, scheme = "", user = "", password = "", rest = start] =
    /^([a-z][a-z0-9+.-]*:\/\/)([^/@:]*)(?::([^/@]*))?@(.*)$/is.exec(start) ?? [];
  const credentials = scheme === "" ? "" : `${scheme}${userInfo(user, password, masker)}@`;
  const part = (text: string) => (text === "" ? "" : text.slice(0, 1) + maskForm(text.slice(1), masker));
  return credentials + masker.text(rest) + part(query) + part(fragment);
}

/** A lone user name is often a token. */
function userInfo(user: string, password: string, masker: Masker): string {
  if (password === "") return user === "" ? "" : masker.secret("password", decoded(user));
  return `${masker.text(user)}:${masker.secret("password", decoded(password))}`;
}

/** A form with parts (`multipart/form-data`, RFC 7578): the text of parts with a secret name is replaced. */
export function maskMultipart(text: string, boundary: string, masker: Masker): string {
  return text
    .split(`--${boundary}`)
    .map((part) => {
      const [, head = "", body = "", end = ""] = /^(.*?\r?\n\r?\n)(.*?)(\r?\n)?$/s.exec(part) ?? [];
      const name = /\bname="([^"]*)"/i.exec(head)?.[1];
      const kind = name === undefined ? undefined : secretFieldKind(name);
      if (kind === undefined || body === "") return maskJsonText(part, masker);
      return masker.text(head) + masker.secret(kind, body) + end;
    })
    .join(`--${boundary}`);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll("+", " "));
  } catch {
    return text;
  }
}
