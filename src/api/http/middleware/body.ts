import { Elysia } from "elysia";
import type { BodyReader } from "../../../checking/body-reader.ts";
import { RatchetError } from "../../../domain/errors.ts";
import { isObject } from "../../../lib/is-object.ts";
import { type BodyLimits, readPieces } from "../body.ts";
import type { BodyLease } from "../body-memory.ts";
import type { Requirements } from "../requirements.ts";
import type { limits } from "./limits.ts";

/** Reads the body of a request in the form that its route requires. */
export type ReadBody = (requires: Requirements) => Promise<unknown>;

/** Lets routes read the body after they checked the rest of the request. */
export function body(limited: ReturnType<typeof limits>, bodyLimits: BodyLimits, readJson: BodyReader) {
  async function read(request: Request, memory: BodyLease, { body: form, maxBodyBytes }: Requirements) {
    if (form === "ignored") return {};
    const maxBytes = Math.min(bodyLimits.maxBytes, maxBodyBytes ?? bodyLimits.maxBytes);
    const pieces = await readPieces(request, { ...bodyLimits, maxBytes }, memory);
    if (form === "raw" || form === "value") return Buffer.concat(pieces ?? []);
    const sent = pieces === undefined ? undefined : await readJson(pieces, form === "graphql" ? "graphql" : "rest");
    return form === "graphql" ? sent : inForm(form, sent);
  }
  return new Elysia({ name: "body" }).use(limited).derive({ as: "global" }, ({ request, memory }) => {
    const readBody: ReadBody = (requires) => read(request, memory, requires);
    return { readBody };
  });
}

/** @throws {RatchetError} INVALID_JSON if a body is required, USAGE if a body is not allowed */
function inForm(form: "empty" | "optional" | "json", sent: unknown): unknown {
  if (form === "empty") return withoutBody(sent);
  if (sent !== undefined) return sent;
  if (form === "optional") return {};
  throw new RatchetError("INVALID_JSON", "The request has no body.", { remedy: "Send a JSON object." });
}

/**
 * Checks the body of a request that takes no body: it may be missing or an empty object. Whoever sends anything else
 * expects it to have an effect.
 */
function withoutBody(sent: unknown): object {
  if (sent === undefined) return {};
  const names = isObject(sent) ? Object.keys(sent) : undefined;
  if (names?.length === 0) return {};
  const first = names?.[0];
  const what = first === undefined ? "leave it out" : `${JSON.stringify(first.slice(0, 100))} is unknown`;
  throw new RatchetError("USAGE", `This request takes no body: ${what}.`, {
    data: { violations: [{ pointer: first === undefined ? "" : pointerTo(first), message: "is unknown here" }] },
    remedy: "Send no body, or {}. GET /openapi.json describes what each request takes.",
  });
}

/** RFC 6901, section 3. */
const pointerTo = (name: string): string => `/${name.slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1")}`;
