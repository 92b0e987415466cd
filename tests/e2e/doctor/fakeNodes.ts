/**
 * Nodes without a kubelet, for pods that ask for them by label: so that a node can be tainted, cordoned or silent while the
 * real one goes on serving. Kubernetes marks them as not ready by itself, so nothing else is ever placed there.
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
