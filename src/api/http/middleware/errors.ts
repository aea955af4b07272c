import { Elysia } from "elysia";
import { problemResponse, publicError } from "../problem.ts";
import { Refusal } from "../refusal.ts";

/** Turns everything that is thrown into a problem document. @param onFault gets what is a fault of the server */
export function errors(onFault: (error: unknown, request: Request) => void) {
  return new Elysia({ name: "errors" }).onError({ as: "global" }, ({ error, request, set }) => {
    // An HTTP error is no fault, even where the reason for it lies in the server.
    if (!(error instanceof Refusal) && publicError(error).status >= 500) onFault(error, request);
    // The response has its status. With one here as well, Elysia would copy the response.
    set.status = 200;
    return problemResponse(error);
  });
}
