import type * as pulumi from "@pulumi/pulumi";
import { ManagementLockByScope } from "@pulumi/azure-native/authorization/index.js";

/**
 * An Azure lock of level CanNotDelete: no user can delete anything in the scope.
 * @param scope resource id
 * @param reason why not, as a sentence; Azure shows it to users who try
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
      notes: `${reason} To remove the lock: pulumi -C bootstrap config set locked false, then pulumi -C bootstrap up.`,
    },
    opts,
  );
}
