import { createInlineExecutor } from "../../src/sandbox/inline.ts";
import { conformance } from "./suite.ts";

conformance("inline", createInlineExecutor);
