import { httpClient } from "./http-client.ts";

export default httpClient("https:");
