/** The registration of the webhook that gives pods their identity. It does not depend on the service, which asks Kubernetes to register it. */
import { clusterPath } from "./clusterIssuer.ts";

/** Prefix of the labels and annotations that workload identity reads. */
export const annotationPrefix = "azure.workload.identity/";

/** The webhook of a cluster, as AKS registers it: only labeled pods wait for it. @param ca that signed this service's certificate, PEM */
export const webhookConfiguration = (endpoint: string, ca: string) => ({
  apiVersion: "admissionregistration.k8s.io/v1",
  kind: "MutatingWebhookConfiguration",
  metadata: { name: "azure-wi-webhook-mutating-webhook-configuration" },
  webhooks: [
    {
      name: "mutation.azure-workload-identity.io",
      admissionReviewVersions: ["v1"],
      clientConfig: { url: `${endpoint}${clusterPath}webhook`, caBundle: Buffer.from(ca).toString("base64") },
      failurePolicy: "Fail",
      matchPolicy: "Equivalent",
      reinvocationPolicy: "IfNeeded",
      sideEffects: "None",
      objectSelector: { matchLabels: { [`${annotationPrefix}use`]: "true" } },
      rules: [{ apiGroups: [""], apiVersions: ["v1"], operations: ["CREATE"], resources: ["pods"] }],
    },
  ],
});
