/** `Microsoft.OperationalInsights/workspaces`: where logs are kept. Stored and validated; nothing is ever in it. */
import { randomUUID } from "node:crypto";
import { ArmError, badRequest } from "../armErrors.ts";
import { asObject, asString, givenOnly } from "../jsonValues.ts";
import type { ResourceType } from "./resourceType.ts";

export const workspaceType = "Microsoft.OperationalInsights/workspaces";

export const logAnalyticsWorkspace: ResourceType = {
  type: workspaceType,
  apiVersions: ["2020-08-01", "2021-06-01", "2022-10-01", "2023-09-01", "2025-02-01", "2025-07-01"],
  tracked: true,
  checkName: (name) =>
    /^[a-z0-9][a-z0-9-]{2,61}[a-z0-9]$/i.test(name)
      ? undefined
      : new ArmError(
          400,
          "InvalidParameter",
          `'Name' is invalid: '${name}'. A workspace name has 4 to 63 letters, digits and hyphens, and starts and ends with a letter or digit.`,
        ),
  put: ({ body, existing, location }) => {
    const asked = givenOnly(asObject(body.properties) ?? {});
    const days = asked.retentionInDays ?? existing?.resource.properties.retentionInDays ?? 30;
    if (typeof days !== "number" || days < 30 || days > 730)
      throw badRequest("'RetentionInDays' property doesn't match the SKU limits.", "retentionInDays");
    return {
      resource: {
        location,
        properties: {
          sku: { name: "PerGB2018" },
          customerId: randomUUID(),
          publicNetworkAccessForIngestion: "Enabled",
          publicNetworkAccessForQuery: "Enabled",
          createdDate: new Date().toISOString(),
          ...existing?.resource.properties,
          ...asked,
          retentionInDays: days,
          ...(asString(asObject(asked.sku)?.name) !== undefined && { sku: asked.sku }),
          provisioningState: "Succeeded",
        },
      },
    };
  },
};
