import mime from "mime-types";

export default function () {
  return [
    mime.lookup("a/b/report.pdf"),
    mime.lookup(".unknownthing"),
    mime.contentType("markdown.md"),
    mime.extension("text/html; charset=utf-8"),
    mime.charset("application/json"),
  ];
}
