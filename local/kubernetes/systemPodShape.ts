/** The shape that the pods of `kube-system` share. */

export const systemNamespace = "kube-system";

/** Where a system pod gets its program from. */
export interface ProgramSource {
  /** An image that needs no pull. The pod only uses its root file system. */
  image: string;
  /** The folder of tools on this machine, absolute. */
  toolsFolder: string;
}

export interface SystemPod {
  /** Name of the Deployment, the container, the ServiceAccount and the program. */
  name: string;
  /** Labels and selector of the pods. */
  labels: Record<string, string>;
  args: string[];
  ports: { name: string; containerPort: number; protocol: "TCP" | "UDP" }[];
  readinessProbe: object;
  livenessProbe: object;
  memoryRequest: string;
  memoryLimit: string;
  /** Additional volumes, and where they are mounted. */
  volumes?: object[];
  volumeMounts?: object[];
}

const toolsMount = "/opt/tarmac";

/** The Deployment of one system pod: not root, no capabilities, nothing writable. */
export function systemDeployment(pod: SystemPod, source: ProgramSource): object {
  const { name, labels } = pod;
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: systemNamespace, labels },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: {
          serviceAccountName: name,
          priorityClassName: "system-cluster-critical",
          // Every process may listen on ports below 1024, so DNS needs no capability.
          securityContext: {
            runAsNonRoot: true,
            runAsUser: 65532,
            runAsGroup: 65532,
            seccompProfile: { type: "RuntimeDefault" },
            sysctls: [{ name: "net.ipv4.ip_unprivileged_port_start", value: "0" }],
          },
          tolerations: [{ key: "CriticalAddonsOnly", operator: "Exists" }],
          containers: [
            {
              name,
              image: source.image,
              imagePullPolicy: "IfNotPresent",
              command: [`${toolsMount}/${name}`],
              args: pod.args,
              ports: pod.ports,
              readinessProbe: pod.readinessProbe,
              livenessProbe: pod.livenessProbe,
              resources: {
                requests: { cpu: "10m", memory: pod.memoryRequest },
                limits: { memory: pod.memoryLimit },
              },
              securityContext: {
                allowPrivilegeEscalation: false,
                readOnlyRootFilesystem: true,
                capabilities: { drop: ["ALL"] },
              },
              volumeMounts: [{ name: "tools", mountPath: toolsMount, readOnly: true }, ...(pod.volumeMounts ?? [])],
            },
          ],
          volumes: [
            { name: "tools", hostPath: { path: source.toolsFolder, type: "Directory" } },
            ...(pod.volumes ?? []),
          ],
        },
      },
    },
  };
}

/** A ServiceAccount, a ClusterRole and the binding between them. */
export function clusterAccount(account: string, role: string, rules: object[]): object[] {
  const group = "rbac.authorization.k8s.io";
  return [
    { apiVersion: "v1", kind: "ServiceAccount", metadata: { name: account, namespace: systemNamespace } },
    { apiVersion: `${group}/v1`, kind: "ClusterRole", metadata: { name: role }, rules },
    {
      apiVersion: `${group}/v1`,
      kind: "ClusterRoleBinding",
      metadata: { name: role },
      roleRef: { apiGroup: group, kind: "ClusterRole", name: role },
      subjects: [{ kind: "ServiceAccount", name: account, namespace: systemNamespace }],
    },
  ];
}
