/** `Microsoft.Authorization/locks`: a lock on a scope. `locks.ts` enforces it. */
import { ArmError, invalidRequestContent } from "../armErrors.ts";
import { asObject, asString } from "../jsonValues.ts";
import { lockType } from "../locks.ts";
import type { ResourceType } from "./resourceType.ts";

export const managementLock: ResourceType = {
  type: lockType,
  apiVersions: ["2016-09-01", "2017-04-01", "2020-05-01"],
  tracked: false,
  checkName: (name) =>
    /^[^<>%&:\\?/]{1,90}$/.test(name)
      ? undefined
      : new ArmError(400, "InvalidLockName", `The lock name '${name}' is invalid.`),
  put: ({ body }) => {
    const { level, notes } = asObject(body.properties) ?? {};
    if (level !== "CanNotDelete" && level !== "ReadOnly")
      throw invalidRequestContent("properties.level must be CanNotDelete or ReadOnly");
    return { resource: { properties: { level, ...(asString(notes) !== undefined && { notes }) } } };
  },
};
