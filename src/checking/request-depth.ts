import { MAX_JSON_DEPTH } from "../lib/json-text.ts";

/** Number of levels of a request around an input. */
const LEVELS_AROUND = 10;

/** Maximum nesting of a request body, so that an input in it may be as deep as anywhere else. */
export const MAX_REQUEST_DEPTH: number = MAX_JSON_DEPTH + LEVELS_AROUND;
