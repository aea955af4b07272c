import nacl from "tweetnacl";

export default function () {
  const pair = nacl.sign.keyPair.fromSeed(new Uint8Array(32).fill(7));
  const message = new TextEncoder().encode("hello");
  const signature = nacl.sign.detached(message, pair.secretKey);
  const key = new Uint8Array(32).fill(1);
  const nonce = new Uint8Array(24).fill(2);
  const box = nacl.secretbox(message, nonce, key);
  return {
    signature: [...signature.slice(0, 8)],
    valid: nacl.sign.detached.verify(message, signature, pair.publicKey),
    box: [...box],
    opened: new TextDecoder().decode(nacl.secretbox.open(box, nonce, key) ?? undefined),
    random: nacl.randomBytes(16).length,
  };
}
