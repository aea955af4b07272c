/** The parts of a URL that can be set (https://url.spec.whatwg.org/#url-class). */
export const CHANGEABLE_PARTS = [
  "href",
  "protocol",
  "username",
  "password",
  "host",
  "hostname",
  "port",
  "pathname",
  "search",
  "hash",
] as const;

/** Name of a part that can be set. */
export type ChangeablePart = (typeof CHANGEABLE_PARTS)[number];

/** The parts of a URL, as the host's parser finds them and hands them to the guest. */
export type UrlParts = Record<ChangeablePart | "origin", string>;
