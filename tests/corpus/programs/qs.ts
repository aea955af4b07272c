import qs from "qs";

export default function () {
  return {
    parsed: qs.parse("a[b][c]=1&list[]=x&list[]=y&f.g=2&u=%C3%A9", { allowDots: true }),
    text: qs.stringify({ a: { b: [1, 2] }, c: null, d: "é &" }, { arrayFormat: "brackets" }),
  };
}
