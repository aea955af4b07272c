import { Elysia } from "elysia";
import { HttpError } from "../http-error.ts";
import { problemResponse, publicError } from "../problem.ts";

/** Turns every error into a problem document. @param onFault called with errors that are the server's fault */
export function errors(onFault: (error: unknown, request: Request) => void) {
  return new Elysia({ name: "errors" }).onError({ as: "global" }, ({ error, request, set }) => {
    // An HTTP error is never a fault, not even a 503 of a server that is busy.
    if (!(error instanceof HttpError) && publicError(error).status >= 500) onFault(error, request);
    // The response has its own status. If another one were set here, Elysia would copy the response.
    set.status = 200;
    return problemResponse(error);
  });
}
