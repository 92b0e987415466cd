import type * as pulumi from "@pulumi/pulumi";
import { ManagementLockByScope } from "@pulumi/azure-native/authorization/index.js";

/**
 * A lock of Azure's: whoever asks, nothing in the scope is deleted.
 * @param scope resource id
 * @param reason why not, as a sentence, for whoever wants to
 */
export function lock(
  name: string,
  { scope, lockName, reason }: { scope: pulumi.Input<string>; lockName: string; reason: string },
  opts: pulumi.CustomResourceOptions,
): void {
  new ManagementLockByScope(
    name,
    {
      scope,
      lockName,
      level: "CanNotDelete",
      notes: `${reason} To take the lock away: pulumi -C bootstrap config set locked false, then up.`,
    },
    opts,
  );
}
