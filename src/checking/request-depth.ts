import { MAX_JSON_DEPTH } from "../lib/json-text.ts";

/** Levels of a request around an input. */
const LEVELS_AROUND = 10;

/** Deepest nesting of a request body: an input in it may be as deep as anywhere else. */
export const MAX_REQUEST_DEPTH: number = MAX_JSON_DEPTH + LEVELS_AROUND;
