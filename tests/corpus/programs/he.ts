import he from "he";

export default function () {
  return [
    he.encode("foo © bar ≠ 𝌆 <x>", { useNamedReferences: true }),
    he.decode("foo &copy; bar &ne; &#x1D306; &amp;amp"),
    he.escape("<a 'b'>"),
  ];
}
