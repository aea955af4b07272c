import { Elysia } from "elysia";
import { isServerFault, problemResponse } from "../problem.ts";

/** Turns every error into a problem document. @param onFault called with errors that are the server's fault */
export function errors(onFault: (error: unknown, request: Request) => void) {
  return new Elysia({ name: "errors" }).onError({ as: "global" }, ({ error, request, set }) => {
    if (isServerFault(error)) onFault(error, request);
    // The response has its own status. If another one were set here, Elysia would copy the response.
    set.status = 200;
    return problemResponse(error);
  });
}
