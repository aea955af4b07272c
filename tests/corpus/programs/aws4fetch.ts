import { AwsClient, AwsV4Signer } from "aws4fetch";

export default async function ({ url }: { url: string }) {
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "wJalrXUtnFEMI" };
  const signer = new AwsV4Signer({
    ...credentials,
    url: "https://bucket.s3.eu-west-1.amazonaws.com/a b.txt?x=1",
    datetime: "20260102T030405Z",
    method: "PUT",
    body: "hello",
  });
  const { headers } = await signer.sign();
  const client = new AwsClient({ ...credentials, service: "s3", region: "eu-west-1", retries: 0 });
  const response = await client.fetch(`${url}/echo`, {
    method: "POST",
    body: "x",
    headers: { "Content-Type": "text/plain" },
  });
  return { authorization: headers.get("authorization"), status: response.status, sent: await response.json() };
}
