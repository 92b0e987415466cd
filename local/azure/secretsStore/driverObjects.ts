/**
 * What AKS's add-on for Key Vault creates in the cluster: the driver's CSIDriver, and the definition of SecretProviderClass.
 * https://secrets-store-csi-driver.sigs.k8s.io/concepts
 */
import type { KubernetesObject } from "@kubernetes/client-node";

export const driverName = "secrets-store.csi.k8s.io";
export const classGroup = "secrets-store.csi.x-k8s.io";
/** The audience of the ServiceAccount's token that the kubelet hands to the driver. */
export const tokenAudience = "api://AzureADTokenExchange";

/** A SecretProviderClass, as the driver reads it. */
export interface SecretProviderClass {
  spec?: {
    provider?: string;
    parameters?: Record<string, string>;
    secretObjects?: {
      secretName?: string;
      type?: string;
      labels?: Record<string, string>;
      annotations?: Record<string, string>;
      data?: { objectName?: string; key?: string }[];
    }[];
  };
}

const text = { type: "string" };
const texts = { type: "object", additionalProperties: text };
const object = (properties: object) => ({ type: "object", properties });
const list = (items: object) => ({ type: "array", items });

const secretObject = object({
  ...{ secretName: text, type: text, labels: texts, annotations: texts },
  data: list(object({ objectName: text, key: text })),
});

/** In the order in which they are created. */
export const driverObjects: (KubernetesObject & { spec: object })[] = [
  {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `secretproviderclasses.${classGroup}` },
    spec: {
      group: classGroup,
      scope: "Namespaced",
      names: {
        ...{ kind: "SecretProviderClass", listKind: "SecretProviderClassList" },
        ...{ plural: "secretproviderclasses", singular: "secretproviderclass" },
      },
      versions: [
        {
          ...{ name: "v1", served: true, storage: true },
          schema: {
            openAPIV3Schema: object({
              spec: object({ provider: text, parameters: texts, secretObjects: list(secretObject) }),
              status: { type: "object" },
            }),
          },
        },
      ],
    },
  },
  {
    apiVersion: "storage.k8s.io/v1",
    kind: "CSIDriver",
    metadata: { name: driverName },
    spec: {
      ...{ attachRequired: false, podInfoOnMount: true, volumeLifecycleModes: ["Ephemeral"] },
      // The kubelet asks the driver again while a pod runs. The driver decides how often it reads the secrets.
      requiresRepublish: true,
      tokenRequests: [{ audience: tokenAudience }],
    },
  },
];
