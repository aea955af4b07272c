import { createPoolExecutor } from "../../src/sandbox/pool/pool.ts";
import { conformance } from "./suite.ts";

conformance("pool", () => createPoolExecutor({ workers: 2 }));
