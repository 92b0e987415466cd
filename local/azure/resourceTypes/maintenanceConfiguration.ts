/** `Microsoft.ContainerService/managedClusters/maintenanceConfigurations`: when a cluster may be upgraded. Stored and validated, without an effect. */
import { ArmError, badRequest } from "../armErrors.ts";
import { asObject, asString, type JsonObject } from "../jsonValues.ts";
import { containerServiceVersions } from "../apiVersions.ts";
import type { ResourceType } from "./resourceType.ts";

const autoUpgrades = "aksManagedAutoUpgradeSchedule";
const names = ["default", autoUpgrades, "aksManagedNodeOSUpgradeSchedule"];

export const maintenanceConfiguration: ResourceType = {
  type: "Microsoft.ContainerService/managedClusters/maintenanceConfigurations",
  apiVersions: containerServiceVersions,
  tracked: false,
  checkName: (name) =>
    names.includes(name)
      ? undefined
      : new ArmError(
          400,
          "InvalidParameter",
          `The maintenance configuration name '${name}' is not supported. Supported names are ${names.join(", ")}.`,
        ),
  put: ({ name, body }) => {
    const asked = asObject(body.properties) ?? {};
    const window = asObject(asked.maintenanceWindow);
    if (name !== "default" && window === undefined) {
      throw badRequest(`The maintenance configuration '${name}' needs a maintenanceWindow.`, "maintenanceWindow");
    }
    if (window !== undefined) checkWindow(name, window);
    return {
      resource: {
        properties: { ...asked, ...(window && { maintenanceWindow: { utcOffset: "+00:00", ...window } }) },
      },
    };
  },
};

function checkWindow(name: string, { schedule, startTime, durationHours, utcOffset }: JsonObject): void {
  const refuse = (property: string, reason: string): never => {
    throw new ArmError(400, "InvalidParameter", `maintenanceWindow.${property} is invalid: ${reason}`, {
      target: `maintenanceWindow.${property}`,
    });
  };
  if (typeof durationHours !== "number" || durationHours < 4 || durationHours > 24) {
    refuse("durationHours", `${JSON.stringify(durationHours)} is not in the range from 4 to 24.`);
  }
  if (!/^([01]\d|2[0-3]):[0-5]\d$/.test(asString(startTime) ?? "")) {
    refuse("startTime", `${JSON.stringify(startTime)} does not have the form HH:MM.`);
  }
  if (utcOffset !== undefined && !/^[+-]\d\d:[0-5]\d$/.test(asString(utcOffset) ?? "")) {
    refuse("utcOffset", `${JSON.stringify(utcOffset)} does not have the form +HH:MM or -HH:MM.`);
  }
  const kinds = Object.keys(asObject(schedule) ?? {});
  if (kinds.length !== 1) refuse("schedule", "exactly one kind of schedule must be given.");
  if (kinds[0] === "daily" && name === autoUpgrades) {
    refuse("schedule", "a daily schedule is only available for aksManagedNodeOSUpgradeSchedule.");
  }
}
