import { readFileSync } from "node:fs";
import bodiesFile from "../../../../dist/generated/bodies.part" with { type: "file" };
import cryptoFile from "../../../../dist/generated/crypto.part" with { type: "file" };
import durableFile from "../../../../dist/generated/durable.part" with { type: "file" };
import eventSourceFile from "../../../../dist/generated/event-source.part" with { type: "file" };
import intlFile from "../../../../dist/generated/intl.part" with { type: "file" };
import localDateFile from "../../../../dist/generated/local-date.part" with { type: "file" };
import messagesFile from "../../../../dist/generated/messages.part" with { type: "file" };
import performanceFile from "../../../../dist/generated/performance.part" with { type: "file" };
import streamsFile from "../../../../dist/generated/streams.part" with { type: "file" };
import subtleFile from "../../../../dist/generated/subtle.part" with { type: "file" };
import temporalFile from "../../../../dist/generated/temporal.part" with { type: "file" };
import urlPatternFile from "../../../../dist/generated/url-pattern.part" with { type: "file" };
import websocketFile from "../../../../dist/generated/websocket.part" with { type: "file" };
import { GUEST_PARTS, type GuestPart } from "../../guest-parts.ts";

const FILES: Readonly<Record<GuestPart, string>> = {
  intl: intlFile,
  temporal: temporalFile,
  "local-date": localDateFile,
  crypto: cryptoFile,
  subtle: subtleFile,
  streams: streamsFile,
  bodies: bodiesFile,
  messages: messagesFile,
  performance: performanceFile,
  "url-pattern": urlPatternFile,
  websocket: websocketFile,
  "event-source": eventSourceFile,
  durable: durableFile,
};

/** Returns the bytecode of a part of the guest API by its place in GUEST_PARTS; undefined if there is no such part. */
export type PartReader = (index: number) => Uint8Array | undefined;

/** Creates the reader of one thread. It reads each embedded file once, when a guest first needs it. */
export function partReader(): PartReader {
  const read = new Map<string, Uint8Array>();
  return (index) => {
    const part = GUEST_PARTS[index];
    if (part === undefined) return undefined;
    const bytes = read.get(part) ?? readFileSync(FILES[part]);
    read.set(part, bytes);
    return bytes;
  };
}
