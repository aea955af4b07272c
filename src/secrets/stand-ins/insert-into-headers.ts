import { HttpFailure, type HttpRequest } from "../../domain/http.ts";
import type { StandIn } from "../../domain/stand-in.ts";
import { type Inserting, insertValues } from "./insert-value.ts";
import { writerOf } from "./value-writer.ts";

/** What a field value can't have (RFC 9110, section 5.5). */
const NOT_IN_HEADERS = /[^\t\u0020-\u007e\u0080-\u00ff]/;

/** Replaces stand-ins in the values of headers. @throws {HttpFailure} `invalid-request` if a value can't be in a header */
export function insertIntoHeaders(headers: HttpRequest["headers"], inserting: Inserting): HttpRequest["headers"] {
  return headers.map(([name, value]): [string, string] => {
    const write = ({ name: secret, value: given }: StandIn) => {
      const trimmed = given.trim();
      if (!NOT_IN_HEADERS.test(trimmed)) return trimmed;
      const why = "it has line breaks or other characters that no header can have";
      throw new HttpFailure("invalid-request", `the secret ${secret} can't be sent in the header ${name}: ${why}`);
    };
    return [name, insertValues(value, inserting, { writer: writerOf(write) }).text];
  });
}
