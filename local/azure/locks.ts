/** Enforces locks (`Microsoft.Authorization/locks`), which apply to every caller whatever their roles. */
import type { Cloud } from "./cloud.ts";
import { ArmError } from "./armErrors.ts";
import { isWithin } from "./resourcePath.ts";
import type { Named } from "./resourceChecks.ts";

export const lockType = "Microsoft.Authorization/locks";

/**
 * A lock applies to its scope and to everything below it, including role assignments. A resource with a lock below it cannot be deleted.
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
