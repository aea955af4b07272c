import { maskJsonText } from "./mask-json-text.ts";
import type { Masker } from "./masker.ts";
import { secretFieldKind } from "./secret-names.ts";

/** Replaces the secret fields of a form (`application/x-www-form-urlencoded`) or a query. Everything else stays. */
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
 * Replaces the password and the secret fields of query and fragment in a URL, or in a text that starts with a URL.
 */
export function maskUrl(url: string, masker: Masker): string {
  const [, start = "", query = "", fragment = ""] = /^([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(url) ?? [];
  const [, scheme = "", user = "", password = "", rest = start] =
    /^([a-z][a-z0-9+.-]*:\/\/)([^/@:]*)(?::([^/@]*))?@(.*)$/is.exec(start) ?? [];
  const credentials = scheme === "" ? "" : `${scheme}${userInfo(user, password, masker)}@`;
  const part = (text: string) => (text === "" ? "" : text.slice(0, 1) + maskForm(text.slice(1), masker));
  return credentials + masker.text(rest) + part(query) + part(fragment);
}

/** Masks credentials. A user name without a password is often a token. */
function userInfo(user: string, password: string, masker: Masker): string {
  if (password === "") return user === "" ? "" : masker.secret("password", decoded(user));
  return `${masker.text(user)}:${masker.secret("password", decoded(password))}`;
}

/** Replaces the content of parts with a secret name in a multipart form (`multipart/form-data`, RFC 7578). */
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
