/** What the API server says beside its answers: deprecated API versions, pods that Pod Security will refuse. */
import type { ResourceLog } from "../rpc/engineLog.ts";
import type { ProviderSettings } from "./settings.ts";

/** Shows the server's warnings at the resource. */
export function reportWarnings(
  log: ResourceLog,
  { suppressDeprecationWarnings }: Pick<ProviderSettings, "suppressDeprecationWarnings">,
): (text: string) => void {
  return (text) => {
    if (!(suppressDeprecationWarnings && text.includes("deprecated"))) {
      log.warn(text);
    }
  };
}
