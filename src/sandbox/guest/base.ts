import { combineSignals, isSignal, newSignal, onAbort } from "./abort.ts";
import { wallClock } from "./date.ts";
import { encodeUtf8 } from "./encoding.ts";
import { describeError, HttpError, typedErrors } from "./errors.ts";
import { Event, now } from "./event.ts";
import { defineHandler } from "./event-handlers.ts";
import { EventTarget, fireEvent, hasListener } from "./event-target.ts";
import { addCall, newCall, promiseOf } from "./fetch-call.ts";
import { failureError } from "./fetch-errors.ts";
import { FetchedBody } from "./fetched-body.ts";
import { Headers, makeHeaders, rawEntries, restrictHeaders } from "./headers.ts";
import { isPartLoaded, shareWithParts } from "./parts.ts";
import { traceHere } from "./stack.ts";
import { startTimer } from "./timers.ts";
import { formOf, isSearchParams, paramPairs, parseQuery } from "./url-search-params.ts";

/** What the parts of the guest API use of the modules that are always there. A part that imported one would get a copy of it. */
const base = {
  ...{ addCall, newCall, promiseOf },
  ...{ combineSignals, isSignal, newSignal, onAbort },
  ...{ defineHandler, now, Event, EventTarget, fireEvent, hasListener },
  ...{ encodeUtf8, failureError, FetchedBody, Headers, makeHeaders, rawEntries, restrictHeaders },
  ...{ describeError, HttpError, traceHere, typedErrors, wallClock },
  ...{ formOf, isSearchParams, paramPairs, parseQuery, startTimer, isPartLoaded },
};

/** The type of what the parts use. */
export type GuestBase = typeof base;

/** Gives the parts what they use. */
export function installBase(): void {
  shareWithParts(base);
}
