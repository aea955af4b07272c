import { URLPattern } from "urlpattern-polyfill/urlpattern";
import { shapeInterface } from "../interface.ts";
import { bridge } from "../part-bridge.ts";

shapeInterface(URLPattern, "URLPattern");

bridge.provided = { URLPattern };
