import queryString from "query-string";

export default function () {
  return [
    { ...queryString.parse("?foo=1&foo=2&bar=a%20b&flag", { parseNumbers: true }) },
    queryString.stringifyUrl({ url: "https://example.com/a?x=1#h", query: { y: ["b", "a"], z: null } }),
    queryString.exclude("https://example.com/?a=1&b=2", ["a"]),
  ];
}
