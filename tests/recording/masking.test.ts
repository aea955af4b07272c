import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { maskHeaders } from "../../src/execution/recording/mask-exchange.ts";
import { maskForm, maskMultipart, maskUrl } from "../../src/execution/recording/mask-form.ts";
import { maskJsonText } from "../../src/execution/recording/mask-json-text.ts";
import { createMasker } from "../../src/execution/recording/masker.ts";
import { isPlaceholder, placeholderOf, placeholdersIn } from "../../src/execution/recording/placeholder.ts";
import { secretFieldKind, secretHeaderKind } from "../../src/execution/recording/secret-names.ts";
import { expectGrowth } from "../support/growth.ts";

/** Masks twice with one masker, as a recorder does: the second pass knows every secret. */
function twice(mask: (masker: ReturnType<typeof createMasker>) => string, masker = createMasker()): string {
  mask(masker);
  return mask(masker);
}

const json = (text: string) => twice((masker) => maskJsonText(text, masker));
const url = (text: string) => twice((masker) => maskUrl(text, masker));
const header = (name: string, value: string) => twice((masker) => maskHeaders([[name, value]], masker)[0]?.[1] ?? "");

describe("names of secret fields", () => {
  test.each([
    ["password", "password"],
    ["accessToken", "access-token"],
    ["access_token", "access-token"],
    ["ACCESS-TOKEN", "access-token"],
    ["client_secret", "client-secret"],
    ["apiKey", "api-key"],
    ["APIKEY", "apikey"],
    ["X-Amz-Signature", "x-amz-signature"],
    ["dbPassword", "db-password"],
    ["refreshToken", "refresh-token"],
  ])("%s", (name, kind) => expect(secretFieldKind(name)).toBe(kind));

  test.each([
    "user",
    "tokens",
    "max_tokens",
    "token_type",
    "nextPageToken",
    "page_token",
    "passwordless",
    "author",
    "",
  ])("%s is not secret", (name) => expect(secretFieldKind(name)).toBeUndefined());

  test("headers have some more", () => {
    for (const name of ["Authorization", "Cookie", "Set-Cookie", "X-Api-Key", "Proxy-Authorization", "X-Auth-Token"]) {
      expect(secretHeaderKind(name)).toBe(name.toLowerCase());
    }
    expect(secretHeaderKind("Content-Type")).toBeUndefined();
  });
});

describe("JSON", () => {
  test.each([
    ['{"password":"a","user":"b"}', '{"password":"__masked_password_1__","user":"b"}'],
    ['{ "token" : "a" , "n":1.50 }', '{ "token" : "__masked_token_1__" , "n":1.50 }'],
    [
      '[{"token":"a"},{"token":"b"},{"token":"a"}]',
      '[{"token":"__masked_token_1__"},{"token":"__masked_token_2__"},{"token":"__masked_token_1__"}]',
    ],
    ['{"secret":["a","b"]}', '{"secret":["__masked_secret_1__","__masked_secret_2__"]}'],
    [
      '{"credentials":{"user":"a","deep":{"x":"b"}}}',
      '{"credentials":{"user":"__masked_credentials_1__","deep":{"x":"__masked_credentials_2__"}}}',
    ],
    ['{"token":{"type":"bearer"}}', '{"token":{"type":"bearer"}}'],
    [
      '{"otp":123456,"token":true,"secret":null,"password":""}',
      '{"otp":"__masked_otp_1__","token":true,"secret":null,"password":""}',
    ],
    ['{"token":1.2345,"otp":1e500,"cvv":12}', '{"token":1.2345,"otp":1e500,"cvv":12}'],
    ['{"pass\\u0077ord":"a"}', '{"pass\\u0077ord":"__masked_password_1__"}'],
    ['{"a":"password","b":"token:"}', '{"a":"password","b":"token:"}'],
    ['{"token":"a\\"b\\\\"}', '{"token":"__masked_token_1__"}'],
    ['{"body":"{\\"password\\":\\"a\\"}"}', '{"body":"{\\"password\\":\\"__masked_password_1__\\"}"}'],
    ['log {"token":"a"} and {"token": "b', 'log {"token":"__masked_token_1__"} and {"token": "__masked_token_2__"'],
    ['}{"token":"a"', '}{"token":"__masked_token_1__"'],
    ['plain "text" of any: kind', 'plain "text" of any: kind'],
    ["", ""],
  ])("%s", (text, masked) => expect(json(text)).toBe(masked));

  test("a known secret is replaced everywhere, in every encoding", () => {
    const secret = 'p&ss "wörd" / 100%';
    const base64 = Buffer.from(secret).toString("base64");
    const text = `{"password":${JSON.stringify(secret)}} ${secret} ${encodeURIComponent(secret)} ${new URLSearchParams({ q: secret })} ${base64}`;
    const mark = "__masked_password_1__";
    expect(json(text)).toBe(`{"password":"${mark}"} ${mark} ${mark} q=${mark} ${mark}`);
  });

  test("short secrets and field names are replaced only in their own place", () => {
    expect(json('{"password":"abc"} abc')).toBe('{"password":"__masked_password_1__"} abc');
    expect(json('{"password":"password"} authorization')).toBe('{"password":"__masked_password_1__"} authorization');
  });

  test("every other character stays as it is", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.nat(0xffff).map((code) => String.fromCharCode(code)) }), (text) => {
        const free = text.replace(
          /secret|token|pass|pwd|key|auth|cred|sig|otp|cv[cv]|jwt|bearer|assert|verif|session/gi,
          "",
        );
        expect(maskJsonText(free, createMasker())).toBe(free);
      }),
    );
  });

  test("masking a masked text changes nothing", () => {
    const secretJson = fc.dictionary(fc.constantFrom("password", "token", "user", "apiKey", "list"), fc.jsonValue());
    fc.assert(
      fc.property(secretJson, (value) => {
        const masker = createMasker();
        const once = twice((m) => maskJsonText(JSON.stringify(value), m), masker);
        expect(maskJsonText(once, masker)).toBe(once);
        expect(twice((m) => maskJsonText(once, m))).toBe(once);
      }),
    );
  });

  test("no secret of a field is left, and JSON stays JSON", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", minLength: 8 }), fc.jsonValue(), (secret, rest) => {
        fc.pre(secretHeaderKind(secret) === undefined && !isPlaceholder(secret));
        const masked = JSON.parse(json(JSON.stringify({ password: secret, copy: `<${secret}>`, rest })));
        expect(masked.password).toBe("__masked_password_1__");
        expect(masked.copy).toBe("<__masked_password_1__>");
      }),
    );
  });

  test("hostile texts take linear time", () => {
    const texts: ((size: number) => string)[] = [
      (size) => '\\"'.repeat(size / 2),
      (size) => '"'.repeat(size),
      (size) => "[".repeat(size),
      (size) => '{"token":'.repeat(size / 9),
      (size) => `{"token":"${" ".repeat(size)}`,
      (size) => "__masked_".repeat(size / 9),
      (size) => `__masked_${"a".repeat(size)}`,
      (size) => `"a"${" ".repeat(size)}`,
    ];
    for (const text of texts) expectGrowth(text, json, 400_000);
  });

  test("a text that is designed to be slow to search is replaced as a whole", () => {
    const masker = createMasker(Array.from({ length: 1_000 }, (_, i) => `${"a".repeat(i + 50)}b`));
    expect(masker.text("a".repeat(500_000))).toBe("__masked_text_1__");
  });

  test("many secrets in a long text are replaced in one pass", () => {
    const filler = "lorem ipsum secret-value ".repeat(100_000);
    const textWith = (secrets: number) =>
      JSON.stringify(Array.from({ length: secrets }, (_, i) => ({ token: `secret-value-${i}-${i * 7}` }))) + filler;
    // Eight times as many secrets would take eight times as many passes.
    expectGrowth(textWith, json, 2_000, 4);
    const masked = json(textWith(2_000));
    expect(masked).not.toContain("secret-value-1");
  });
});

describe("declared secrets", () => {
  test.each(["sk_live\\u0026Value/42", "sk_live&Value\\/42", "sk_live\\\\u0026Value\\u002F42"])(
    "%s is masked",
    (escaped) => {
      const masker = createMasker(["sk_live&Value/42"]);
      const masked = masker.text(`{"a":"${escaped}","b":"\\u0026"}`);
      expect(masked).toBe(`{"a":"${placeholderOf("secret", 1)}","b":"\\u0026"}`);
      expect(masker.text(masked)).toBe(masked);
    },
  );

  test("are replaced everywhere from eight characters on, shorter ones where a string is the whole value", () => {
    const masker = createMasker(["s3cr3t-1", "abc"]);
    expect(masker.text("a s3cr3t-1 b s3cr3t-1 abc")).toBe("a __masked_secret_1__ b __masked_secret_1__ abc");
    expect(masker.secret("token", "s3cr3t-1")).toBe("__masked_secret_1__");
    expect(maskJsonText('{"abc":["abc","abcd"]}', masker)).toBe('{"abc":["__masked_secret_2__","abcd"]}');
  });

  test("the longest match wins where several begin", () => {
    const masker = createMasker(["secret-1", "secret-1-and-more"]);
    expect(masker.text("secret-1-and-more secret-1-and")).toBe("__masked_secret_2__ __masked_secret_1__-and");
  });

  test("a placeholder stays unchanged even if a secret contains the same letters", () => {
    const masker = createMasker(["__masked", "password"]);
    const mark = placeholderOf("password", 7);
    expect(masker.text(`${mark} __masked password`)).toBe(`${mark} __masked_secret_1__ __masked_secret_2__`);
  });

  test("numbers that are taken are not used again", () => {
    const masker = createMasker([], ["__masked_token_4__"]);
    expect(masker.secret("token", "something")).toBe("__masked_token_5__");
    expect(masker.secret("token", "__masked_token_4__")).toBe("__masked_token_4__");
  });
});

describe("URLs and forms", () => {
  test.each([
    ["https://h/p?token=abc&x=1", "https://h/p?token=__masked_token_1__&x=1"],
    ["https://h/p?a=1#access_token=abc", "https://h/p?a=1#access_token=__masked_access-token_1__"],
    ["https://user:pa%20ss@h/p", "https://user:__masked_password_1__@h/p"],
    ["https://ghp_abc@h/p", "https://__masked_password_1__@h/p"],
    ["/p?api_key=a%26b&api_key=", "/p?api_key=__masked_api-key_1__&api_key="],
    ["https://h/p?to=user@h", "https://h/p?to=user@h"],
    ["https://h/p?x=%zz&token=%E0%A4%A", "https://h/p?x=%zz&token=__masked_token_1__"],
    ["not a url", "not a url"],
  ])("%s", (text, masked) => expect(url(text)).toBe(masked));

  test("a secret that the path repeats is replaced there too", () => {
    expect(url("https://h/longsecret1/x?token=longsecret1")).toBe(
      "https://h/__masked_token_1__/x?token=__masked_token_1__",
    );
  });

  test("forms", () => {
    expect(twice((masker) => maskForm("grant_type=client_credentials&client_secret=a+b%21&x", masker))).toBe(
      "grant_type=client_credentials&client_secret=__masked_client-secret_1__&x",
    );
  });

  test("forms with parts", () => {
    const part = (name: string, value: string) =>
      `--B\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`;
    const text = `${part("user", "a")}${part("password", "b\r\nc")}--B--\r\n`;
    expect(twice((masker) => maskMultipart(text, "B", masker))).toBe(
      `${part("user", "a")}${part("password", "__masked_password_1__")}--B--\r\n`,
    );
  });

  test("a placeholder survives URLs, forms, headers and JSON unchanged", () => {
    const mark = placeholderOf("X-Api Key/Ü", 12);
    expect(isPlaceholder(mark)).toBe(true);
    expect(encodeURIComponent(mark)).toBe(mark);
    expect(new URLSearchParams({ a: mark }).toString()).toBe(`a=${mark}`);
    expect(JSON.stringify(mark)).toBe(`"${mark}"`);
    expect(new URL(`https://h/${mark}?${mark}#${mark}`).href).toBe(`https://h/${mark}?${mark}#${mark}`);
    expect(new Headers({ a: mark }).get("a")).toBe(mark);
    expect(placeholdersIn(`x${mark}${mark}`)).toHaveLength(2);
  });
});

describe("headers", () => {
  test.each([
    ["Authorization", "Bearer abc", "Bearer __masked_authorization_1__"],
    ["Authorization", "Basic dTpw", "Basic __masked_authorization_1__"],
    ["authorization", "my secret words", "__masked_authorization_1__"],
    ["Authorization", 'Digest username="u", response="r"', "Digest __masked_authorization_1__"],
    ["Authorization", "Bearer", "__masked_authorization_1__"],
    ["X-Api-Key", "abc def", "__masked_x-api-key_1__"],
    ["Cookie", "a=1; b=x=y; c=1", "a=__masked_cookie_1__; b=__masked_cookie_2__; c=__masked_cookie_1__"],
    ["Cookie", 'a="q"; flag', 'a="__masked_cookie_1__"; flag'],
    ["Set-Cookie", "sid=abc; Path=/; HttpOnly", "sid=__masked_cookie_1__; Path=/; HttpOnly"],
    ["Set-Cookie", "sid=; Max-Age=0", "sid=; Max-Age=0"],
    ["Location", "/cb?code=1&access_token=t", "/cb?code=1&access_token=__masked_access-token_1__"],
    ["Accept", "*/*", "*/*"],
  ])("%s: %s", (name, value, masked) => expect(header(name, value)).toBe(masked));

  test("a token from a body is the same in a header", () => {
    const masker = createMasker();
    expect(maskJsonText('{"access_token":"tok"}', masker)).toBe('{"access_token":"__masked_access-token_1__"}');
    expect(maskHeaders([["Authorization", "Bearer tok"]], masker)).toEqual([
      ["Authorization", "Bearer __masked_access-token_1__"],
    ]);
  });

  test("long runs of blanks take linear time", () => {
    expectGrowth(
      (size) => " ".repeat(size),
      (blanks) => {
        header("Cookie", `a=${blanks}x${blanks}; b=1`);
        header("Authorization", `Bearer${blanks}${blanks}`);
      },
      500_000,
    );
  });
});
