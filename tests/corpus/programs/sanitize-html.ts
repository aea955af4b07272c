import sanitizeHtml from "sanitize-html";

export default function () {
  return [
    sanitizeHtml("<p onclick='x()'>Hi <script>alert(1)</script><b>b</b><a href='javascript:x'>l</a></p>"),
    sanitizeHtml("<h1 style='color:red;position:fixed'>T</h1><img src='https://a/b.png'>", {
      allowedTags: ["h1", "img"],
      allowedAttributes: { h1: ["style"], img: ["src"] },
      allowedStyles: { h1: { color: [/^red$/] } },
    }),
  ];
}
