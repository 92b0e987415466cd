/** Locks (`Microsoft.Authorization/locks`): what they keep everybody from, whatever their roles. */
import type { Cloud } from "./cloud.ts";
import { ArmError } from "./armErrors.ts";
import { isWithin } from "./resourcePath.ts";
import type { Named } from "./resourceChecks.ts";

export const lockType = "Microsoft.Authorization/locks";

/**
 * A lock holds for its scope and all below it, role assignments too. What has a lock below it cannot be deleted either.
 * @throws ArmError 409 ScopeLocked
 */
export function refuseLocked(cloud: Cloud, { type, id }: Named, doing: "write" | "delete"): void {
  if (type.type === lockType) return;
  const scopes = cloud.inventory
    .ofType(lockType)
    .filter(({ resource }) => doing === "delete" || resource.properties.level === "ReadOnly")
    .map(({ resource }) => resource.id.replace(/\/providers\/Microsoft\.Authorization\/locks\/[^/]+$/i, ""))
    .filter((scope) => isWithin(id, scope) || (doing === "delete" && isWithin(scope, id)));
  if (scopes.length === 0) return;
  throw new ArmError(
    409,
    "ScopeLocked",
    `The scope '${id}' cannot perform ${doing} operation because following scope(s) are locked: '${scopes.join("','")}'. Please remove the lock and try again.`,
  );
}
