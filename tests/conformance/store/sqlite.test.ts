import { sqlite } from "./sqlite-backend.ts";
import { storeConformance } from "./suite.ts";

storeConformance(sqlite);
