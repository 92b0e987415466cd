/**
 * Nodes without a kubelet, for pods that select them by label. So a test can taint, cordon or silence a node while the
 * real one continues to serve. Kubernetes marks these nodes as not ready, so no other pod is placed there.
 */
export const fakeNodes = (suffix: string) => {
  const node = (name: string, spec: object = {}) => ({
    apiVersion: "v1",
    kind: "Node",
    metadata: {
      name: `doctor-${name}-${suffix}`,
      labels: { "doctor-case": name, "node.kubernetes.io/exclude-from-external-load-balancers": "true" },
    },
    spec,
  });
  return [
    node("tainted", { taints: [{ key: "team", value: "others", effect: "NoSchedule" }] }),
    node("cordoned", { unschedulable: true }),
    node("silent"),
  ];
};
