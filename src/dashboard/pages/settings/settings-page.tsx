import type { Right } from "../../access/access.ts";
import { useApp } from "../../app-context.ts";
import { Page } from "../../components/page.tsx";
import { Link } from "../../routing/link.tsx";
import { SettingsInForce } from "./settings-in-force.tsx";

const PLACES: readonly { to: string; name: string; text: string; right: Right }[] = [
  {
    to: "/webhooks",
    name: "Webhooks",
    text: "Addresses at which deliveries of other services create jobs.",
    right: "read",
  },
  { to: "/notifications", name: "Notifications", text: "Messages about what needs attention.", right: "admin" },
  { to: "/secrets", name: "Secrets", text: "Names of the values that only declared tasks get.", right: "admin" },
  { to: "/users", name: "Users", text: "People who log in with a password.", right: "admin" },
  { to: "/keys", name: "API keys", text: "Keys for programs.", right: "admin" },
  { to: "/audit", name: "Audit log", text: "Who did what, when, and from where.", right: "admin" },
];

/** Links to the pages that the navigation does not have, and the settings in force. */
export default function SettingsPage() {
  const { access, router } = useApp();
  return (
    <Page title="Settings">
      <ul class="places">
        {PLACES.filter(({ right }) => access.can(right)).map(({ to, name, text }) => (
          <li key={to}>
            <Link to={to}>{name}</Link>
            <p class="quiet">{text}</p>
          </li>
        ))}
        <li>
          <a href={router.href("/docs")}>REST interface</a>
          <p class="quiet">All routes, with a form to try them.</p>
        </li>
        <li>
          <a href={router.href("/playground")}>GraphQL playground</a>
          <p class="quiet">An editor for queries.</p>
        </li>
      </ul>
      {access.can("admin") && <SettingsInForce />}
    </Page>
  );
}
