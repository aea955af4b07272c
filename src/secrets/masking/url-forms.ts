import type { SecretForm } from "./secret-form.ts";

/** Returns the forms of a value in URLs and forms, with upper-case and lower-case digits. */
export function urlForms(value: string): SecretForm[] {
  const text = value.toWellFormed();
  const component = encodeURIComponent(text);
  const strict = component.replace(/[!'()*]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms: SecretForm[] = [
    { id: "uri", text: component },
    { id: "uri-strict", text: strict },
    { id: "uri-whole", text: encodeURI(text) },
    { id: "form", text: new URLSearchParams([["", text]]).toString().slice(1) },
    { id: "uri2", text: encodeURIComponent(component) },
    ...standardForms(text),
  ];
  return forms.flatMap(({ id, text: form }) => [
    { id, text: form },
    { id: `${id}-lower`, text: form.replace(/%[\dA-F]{2}/g, (code) => code.toLowerCase()) },
  ]);
}

/** What a parser of URLs makes of the raw value in each of its parts (https://url.spec.whatwg.org/#percent-encoded-bytes). */
function standardForms(text: string): SecretForm[] {
  const url = new URL("http://h/");
  url.password = text;
  url.search = `?${text}`;
  url.hash = `#${text}`;
  const forms = [
    { id: "url-password", text: url.password },
    { id: "url-query", text: url.search.slice(1) },
    { id: "url-fragment", text: url.hash.slice(1) },
  ];
  // A path with these would be taken apart.
  if (!/[/\\?#]|^\.+$/.test(text)) {
    url.pathname = `/${text}`;
    forms.push({ id: "url-path", text: url.pathname.slice(1) });
  }
  return forms;
}
