// The code of Node.js's own streams, as a package.
import Stream from "readable-stream/lib/stream.js";

export default Stream;
