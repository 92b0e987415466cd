/** Which kinds stand in a namespace. */
import type { Connection } from "./connection.ts";
import { isBuiltIn } from "./typeToken.ts";
import type { Kind } from "./typeToken.ts";

// For when there is no API server to ask.
const clusterKinds = new Set([
  "APIService",
  "CSIDriver",
  "CSINode",
  "CertificateSigningRequest",
  "ClusterRole",
  "ClusterRoleBinding",
  "CustomResourceDefinition",
  "FlowSchema",
  "IngressClass",
  "MutatingWebhookConfiguration",
  "Namespace",
  "Node",
  "PersistentVolume",
  "PriorityClass",
  "PriorityLevelConfiguration",
  "RuntimeClass",
  "StorageClass",
  "ValidatingAdmissionPolicy",
  "ValidatingAdmissionPolicyBinding",
  "ValidatingWebhookConfiguration",
  "VolumeAttachment",
]);

/** A kind that nobody knows yet counts as namespaced, as most are. */
export async function isNamespaced(kind: Kind, { cluster }: Connection, signal: AbortSignal): Promise<boolean> {
  const known = isBuiltIn(kind.apiVersion) && clusterKinds.has(kind.kind);
  if (known || cluster === undefined) {
    return !known;
  }
  return (await cluster.scope(kind, signal)) !== "cluster";
}
