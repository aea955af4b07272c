import { createClient } from "@supabase/supabase-js";

export default async function ({ url }: { url: string }) {
  const client = createClient(`${url}/supabase`, "anon-key", {
    auth: { persistSession: false, autoRefreshToken: false },
  });
  const selected = await client.from("cities").select("name, country").eq("country", "NO").order("name").limit(2);
  const inserted = await client.from("cities").insert({ name: "Oslo" }).select();
  const failed = await client.from("missing").select();
  return { selected: selected.data, inserted: inserted.data, failed: [failed.error?.message, failed.status] };
}
