import { programModules } from "./program-modules.ts";

export default programModules();
