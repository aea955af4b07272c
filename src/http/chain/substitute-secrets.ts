import { HttpFailure, type HttpRequest, type HttpResponse, type HttpSend, type ValueHider } from "../../domain/http.ts";
import { describeRequest } from "../describe-request.ts";
import { DECODED_CODINGS, isDecoded } from "../read-body.ts";
import { hideInSocket } from "./hide-in-socket.ts";

/**
 * Creates the layer that replaces the stand-ins of secrets by their values, in each hop to one of their hosts. It is below the
 * one that follows redirects, so a hop to another host carries the stand-in. What comes back has no values: neither the
 * task nor a later hop can see one.
 */
export function substituteSecrets(next: HttpSend): HttpSend {
  return async (request, signal) => {
    const inserted = request.substitution?.insert(request);
    if (inserted === undefined) return next(request, signal);
    const { hider } = inserted;
    try {
      return hideInResponse(await next(withKnownCodings(inserted.request), signal), hider, request);
    } catch (error) {
      hideInError(error, hider);
      throw error;
    }
  };
}

/** What is compressed in an unknown way can't be searched, so a task must not ask for it. */
function withKnownCodings(request: HttpRequest): HttpRequest {
  const headers = request.headers.map(([name, value]): [string, string] =>
    name.toLowerCase() === "accept-encoding" ? [name, acceptable(value)] : [name, value],
  );
  return { ...request, headers };
}

function acceptable(asked: string): string {
  return isDecoded(asked.replace(/;[^,]*/g, "")) ? asked : DECODED_CODINGS;
}

function hideInResponse(response: HttpResponse, hider: ValueHider, request: HttpRequest): HttpResponse {
  const { stream, socket } = response;
  const coding = response.headers.find(([name]) => name.toLowerCase() === "content-encoding")?.[1];
  if (coding !== undefined && !isDecoded(coding)) {
    stream?.cancel();
    const why = `the response has the Content-Encoding "${hider.text(coding).slice(0, 100)}", so it can't be searched for secrets`;
    throw new HttpFailure("refused", `${describeRequest(request)}: ${why}`);
  }
  const hidden: HttpResponse = {
    ...response,
    url: hider.text(response.url),
    statusText: hider.text(response.statusText),
    headers: response.headers.map(([name, value]) => [hider.text(name), hider.text(value)]),
    body: hider.bytes(response.body),
  };
  if (stream !== undefined) hidden.stream = hider.stream(stream);
  if (socket !== undefined) hidden.socket = hideInSocket(socket, hider);
  return hidden;
}

/** Messages of failures have the URL. */
function hideInError(error: unknown, hider: ValueHider): void {
  for (let at = error; at instanceof Error; at = at.cause) at.message = hider.text(at.message);
}
