/**
 * Parts of the guest API that are loaded when a task first touches them. Each is a folder or file of guest/ with an entry
 * that the build compiles to bytecode of its own. The guest asks for a part by its place in this list.
 */
export const GUEST_PARTS = [
  "intl",
  "temporal",
  "local-date",
  "crypto",
  "subtle",
  "streams",
  "bodies",
  "messages",
  "performance",
  "url-pattern",
  "websocket",
  "event-source",
  "durable",
] as const;

/** One of the {@link GUEST_PARTS}. */
export type GuestPart = (typeof GUEST_PARTS)[number];

/** The file of a part's bytecode under dist/generated/. */
export function partFile(part: GuestPart): string {
  return `${part}.part`;
}
