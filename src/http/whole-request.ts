import type { HttpRequest } from "../domain/http.ts";
import { collectBody } from "./body-reader.ts";

/** Returns a request whose body is at hand: one that is sent in pieces is read to its end first. */
export async function wholeRequest(request: HttpRequest): Promise<HttpRequest> {
  const { upload, ...rest } = request;
  if (upload === undefined) return request;
  const body = await collectBody(upload, { limit: Number.POSITIVE_INFINITY });
  return { ...rest, body: body.byteLength === 0 ? null : body };
}
