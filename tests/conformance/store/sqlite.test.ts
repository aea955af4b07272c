import { sqlite, sqliteThread } from "./sqlite-backend.ts";
import { storeConformance } from "./suite.ts";

storeConformance(sqlite);
storeConformance(sqliteThread);
