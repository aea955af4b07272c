import { bridge } from "../part-bridge.ts";
import { EventSource, installEventSource } from "./event-source.ts";

installEventSource();
bridge.provided = { EventSource };
