/**
 * A stack that violates the policies, without the project's components.
 *
 * Setting `breaks`: "now" for violations that a preview can see, "later" for those that only the update can see.
 */
import * as pulumi from "@pulumi/pulumi";
import { RoleAssignment } from "@pulumi/azure-native/authorization/index.js";
import { Registry } from "@pulumi/azure-native/containerregistry/index.js";
import { UserAssignedIdentity } from "@pulumi/azure-native/managedidentity/index.js";
import { ResourceGroup } from "@pulumi/azure-native/resources/index.js";
import { Deployment } from "@pulumi/kubernetes/apps/v1/index.js";
import { CronJob } from "@pulumi/kubernetes/batch/v1/index.js";

const config = new pulumi.Config();
const breaks = config.require("breaks");
const name = config.require("appName");
const tags = { app: name, stack: pulumi.getStack(), "managed-by": "a test" };

const group = new ResourceGroup(name, { location: "westeurope", tags });
const registry = new Registry("registry", {
  resourceGroupName: group.name,
  sku: { name: "Basic" },
  adminUserEnabled: breaks === "now",
  tags,
});

if (breaks === "now") {
  const builder = new UserAssignedIdentity("builder", { resourceGroupName: group.name });
  new RoleAssignment("pull", {
    scope: group.id,
    principalId: builder.principalId,
    principalType: "ServicePrincipal",
    roleDefinitionId:
      "/subscriptions/00000000-0000-4000-8000-000000000000/providers/Microsoft.Authorization/roleDefinitions/7f951dda-4ed3-4680-a7ca-43fe172d538d",
  });
  new CronJob("sweep", {
    metadata: { name: "sweep" },
    spec: {
      schedule: "0 3 * * *",
      jobTemplate: {
        spec: {
          template: {
            spec: {
              hostNetwork: true,
              restartPolicy: "Never",
              containers: [
                {
                  name: "sweep",
                  image: "busybox:latest",
                  env: [{ name: "API_TOKEN", value: "a-secret-for-nobody" }],
                  securityContext: { privileged: true },
                },
              ],
            },
          },
        },
      },
    },
  });
}

/** Right in everything, but that in the end its image is `latest`. */
new Deployment("app", {
  metadata: { name: "app" },
  spec: {
    selector: { matchLabels: { app: "app" } },
    template: {
      metadata: { labels: { app: "app" } },
      spec: {
        automountServiceAccountToken: false,
        securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
        containers: [
          {
            name: "app",
            image: pulumi.interpolate`${registry.loginServer}/app:latest`,
            resources: { limits: { cpu: "100m", memory: "64Mi" } },
            livenessProbe: { httpGet: { path: "/healthz", port: 8080 } },
            readinessProbe: { httpGet: { path: "/ready", port: 8080 } },
            securityContext: {
              allowPrivilegeEscalation: false,
              readOnlyRootFilesystem: breaks !== "now",
              capabilities: { drop: ["ALL"] },
            },
          },
        ],
      },
    },
  },
});
