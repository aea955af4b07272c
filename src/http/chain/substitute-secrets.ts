import type { HttpResponse, HttpSend, ValueHider } from "../../domain/http.ts";
import type { OpenSocket } from "../../domain/websocket.ts";

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
      return hideInResponse(await next(inserted.request, signal), hider);
    } catch (error) {
      hideInError(error, hider);
      throw error;
    }
  };
}

function hideInResponse(response: HttpResponse, hider: ValueHider): HttpResponse {
  const { stream, socket } = response;
  const hidden: HttpResponse = {
    ...response,
    url: hider.text(response.url),
    statusText: hider.text(response.statusText),
    headers: response.headers.map(([name, value]) => [name, hider.text(value)]),
    body: hider.bytes(response.body),
  };
  if (stream !== undefined) hidden.stream = hider.stream(stream);
  if (socket !== undefined) hidden.socket = withProtocol(socket, hider.text(socket.protocol));
  return hidden;
}

/** The server may have chosen a subprotocol that was a value. */
function withProtocol(socket: OpenSocket, protocol: string): OpenSocket {
  if (protocol === socket.protocol) return socket;
  const { extensions, closed } = socket;
  return {
    protocol,
    extensions,
    closed,
    start: (listener) => socket.start(listener),
    send: (message) => socket.send(message),
    close: (code, reason) => socket.close(code, reason),
    took: (bytes) => socket.took(bytes),
    leave: () => socket.leave(),
  };
}

/** Messages of failures have the URL. */
function hideInError(error: unknown, hider: ValueHider): void {
  for (let at = error; at instanceof Error; at = at.cause) at.message = hider.text(at.message);
}
