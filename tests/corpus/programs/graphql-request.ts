import { ClientError, GraphQLClient, gql } from "graphql-request";

export default async function ({ url }: { url: string }) {
  const client = new GraphQLClient(`${url}/graphql`, { headers: { authorization: "Bearer t" } });
  const data = await client.request(gql`query Hello($name: String!) { hello(name: $name) }`, { name: "Ada" });
  const failed = await client
    .request("{ wrong }")
    .catch((error) => error instanceof ClientError && error.response.errors?.[0]?.message);
  return { data, failed };
}
