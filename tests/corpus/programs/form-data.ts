import FormData from "form-data";

export default async function ({ url }: { url: string }) {
  const form = new FormData();
  form.setBoundary("corpusboundary");
  form.append("name", "Ada");
  form.append("file", Buffer.from("a,b\n1,2\n"), { filename: "data.csv", contentType: "text/csv" });
  const body = form.getBuffer();
  const response = await fetch(`${url}/echo`, { method: "POST", headers: form.getHeaders(), body });
  return { headers: form.getHeaders(), length: form.getLengthSync(), sent: await response.json() };
}
