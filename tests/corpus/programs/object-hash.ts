import hash from "object-hash";

export default function () {
  return [
    hash({ b: 1, a: [1, "x"] }),
    hash({ a: [1, "x"], b: 1 }),
    hash([1, 2], { algorithm: "md5", encoding: "base64" }),
    hash(new Map([["k", new Date(0)]]), { algorithm: "sha256" }),
  ];
}
