import path, { basename, extname, join } from "node:path";
import posix from "node:path/posix";
import querystring from "node:querystring";
import { domainToASCII, fileURLToPath, format, parse, pathToFileURL, resolve, URL, urlToHttpOptions } from "node:url";

export default function () {
  return {
    path: [
      join("/a", "../b", "./c.txt"),
      basename("/x/y.tar.gz", ".gz"),
      extname(".bashrc"),
      extname("a.b.c"),
      path.dirname("/a/b/c"),
      path.normalize("/a//b/../c/."),
      path.isAbsolute("a"),
      path.relative("/a/b/c", "/a/d"),
      path.resolve("/a", "b", "../c"),
      path.sep,
      path.delimiter,
      path.parse("/home/u/f.txt"),
      path.format({ dir: "/x", base: "y.z" }),
      posix.join("a", "b"),
      path.posix.basename("q/w"),
    ],
    query: [
      querystring.parse("a=1&b=2&a=3&c=%E2%82%AC&d+e=f+g&bad=%zz"),
      querystring.stringify({ a: [1, 2], b: "x y&", c: true, d: null, e: "€" }),
      querystring.escape("a b"),
      querystring.unescape("%41"),
      querystring.parse("a:1;b:2", ";", ":"),
    ],
    url: [
      { ...parse("https://user:pw@example.com:8080/p/a/t/h?query=string#hash") },
      parse("/a?b=c&d=e", true).query,
      resolve("/one/two/three", "four"),
      resolve("http://example.com/one", "../two"),
      format({ protocol: "https", hostname: "example.com", pathname: "/a", query: { b: 1 } }),
      format(new URL("https://u:p@example.com/x?y#z"), { auth: false, fragment: false }),
      fileURLToPath("file:///a%20b/c"),
      pathToFileURL("/a b/c#d").href,
      domainToASCII("español.com"),
      urlToHttpOptions(new URL("https://a:b@example.com:81/x?y")),
    ],
  };
}
