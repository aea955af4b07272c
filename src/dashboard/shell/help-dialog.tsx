import { Dialog } from "../components/dialog.tsx";
import { SECTIONS } from "./navigation.tsx";

/** The list of keys. */
export function HelpDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return (
    <Dialog title="Keyboard" isOpen={isOpen} onClose={onClose}>
      <table class="keys">
        <caption class="visually-hidden">Keys and what they do</caption>
        <tbody>
          <Keys keys={["/"]} does="Go to the search or the first filter of the page" />
          {SECTIONS.map(({ name, key }) => (
            <Keys key={key} keys={["g", key]} does={`Go to ${name}`} />
          ))}
          <Keys keys={["?"]} does="Show this list" />
          <Keys keys={["Esc"]} does="Close a dialog" />
        </tbody>
      </table>
    </Dialog>
  );
}

function Keys({ keys, does }: { keys: readonly string[]; does: string }) {
  return (
    <tr>
      <th scope="row">
        {keys.map((key) => (
          <kbd key={key}>{key}</kbd>
        ))}
      </th>
      <td>{does}</td>
    </tr>
  );
}
