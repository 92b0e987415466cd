/** The roles that a full `kubeadm init` would bind, and the roles of the controllers outside the cluster. */
import { applyObjects } from "./applyObjects.ts";

function clusterRoleBinding(name: string, role: string, kind: "User" | "Group", subject: string): object {
  const apiGroup = "rbac.authorization.k8s.io";
  return {
    apiVersion: `${apiGroup}/v1`,
    kind: "ClusterRoleBinding",
    metadata: { name },
    roleRef: { apiGroup, kind: "ClusterRole", name: role },
    subjects: [{ apiGroup, kind, name: subject }],
  };
}

export const roles: readonly object[] = [
  clusterRoleBinding("kubeadm:cluster-admins", "cluster-admin", "Group", "kubeadm:cluster-admins"),
  // The API server calls the kubelet as this user. Without the role, logs, exec and port-forward are forbidden.
  clusterRoleBinding("tarmac:kubelet-api", "system:kubelet-api-admin", "User", "kube-apiserver-kubelet-client"),
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "tarmac:load-balancer" },
    rules: [
      { apiGroups: [""], resources: ["services"], verbs: ["get", "list", "watch"] },
      { apiGroups: [""], resources: ["services/status"], verbs: ["patch"] },
    ],
  },
  clusterRoleBinding("tarmac:load-balancer", "tarmac:load-balancer", "User", "tarmac:load-balancer"),
  {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRole",
    metadata: { name: "tarmac:network-policy-controller" },
    rules: [
      { apiGroups: [""], resources: ["pods", "namespaces", "nodes"], verbs: ["get", "list", "watch"] },
      { apiGroups: ["networking.k8s.io"], resources: ["networkpolicies"], verbs: ["list", "watch"] },
    ],
  },
  clusterRoleBinding(
    "tarmac:network-policy-controller",
    "tarmac:network-policy-controller",
    "User",
    "tarmac:network-policy-controller",
  ),
];

/** Creates or repairs the roles. */
export const applyRoles = (): Promise<void> => applyObjects(roles);
