import { bridge } from "../part-bridge.ts";
import { approve, call, continueAsNew, emit, map, sleep, sleepUntil, waitFor, writeOutput } from "./methods.ts";
import { deliver } from "./operations.ts";
import { rows } from "./rows.ts";
import { step } from "./step.ts";
import { stream } from "./stream.ts";

const methods = { sleep, sleepUntil, call, map, step, waitFor, approve, emit, continueAsNew, write: writeOutput };

bridge.provided = { methods, deliver, stream, rows };
