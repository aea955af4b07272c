import CryptoJS from "crypto-js";

export default function () {
  const key = CryptoJS.enc.Hex.parse("000102030405060708090a0b0c0d0e0f");
  const iv = CryptoJS.enc.Hex.parse("101112131415161718191a1b1c1d1e1f");
  const sealed = CryptoJS.AES.encrypt("attack at dawn", key, { iv }).toString();
  return {
    sealed,
    opened: CryptoJS.AES.decrypt(sealed, key, { iv }).toString(CryptoJS.enc.Utf8),
    hashes: [CryptoJS.MD5("é"), CryptoJS.SHA256("abc"), CryptoJS.HmacSHA1("m", "k")].map(String),
    derived: CryptoJS.PBKDF2("password", "salt", { keySize: 4, iterations: 10 }).toString(),
  };
}
