/**
 * AKS's deployment safeguards and the Pod Security standard `baseline`, as AKS Automatic enforces them: denials with AKS's messages,
 * and changes. https://learn.microsoft.com/azure/aks/deployment-safeguards
 */
import { parseQuantity } from "../../../../validate/quantity.ts";

export interface Container {
  name: string;
  image: string;
  ports?: { hostPort?: number }[];
  resources?: { requests?: Record<string, string>; limits?: Record<string, string> };
  livenessProbe?: object;
  readinessProbe?: object;
  securityContext?: {
    privileged?: boolean;
    capabilities?: { add?: string[] };
    procMount?: string;
    seccompProfile?: { type: string };
  };
}

export interface PodSpec {
  hostNetwork?: boolean;
  hostPID?: boolean;
  hostIPC?: boolean;
  containers: Container[];
  volumes?: { name: string; hostPath?: object }[];
  securityContext?: { seccompProfile?: { type: string }; sysctls?: { name: string }[] };
  affinity?: { podAntiAffinity?: object };
  topologySpreadConstraints?: object[];
}

export interface Workload {
  metadata: { labels?: Record<string, string> };
  spec: { replicas?: number; template: { metadata: { labels?: Record<string, string> }; spec: PodSpec } };
}

/** Capabilities that `baseline` lets containers add. https://kubernetes.io/docs/concepts/security/pod-security-standards/#baseline */
const allowedCapabilities = [
  ...["AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP"],
  ...["SETGID", "SETPCAP", "SETUID", "SYS_CHROOT"],
];
const allowedSysctls = [
  ...["kernel.shm_rmid_forced", "net.ipv4.ip_local_port_range", "net.ipv4.ip_unprivileged_port_start"],
  ...["net.ipv4.tcp_syncookies", "net.ipv4.ping_group_range"],
];

const text = (condition: boolean | undefined, message: string) => (condition === true ? [message] : []);

/** Tag of an image, "" without one. A digest is not a tag. */
const tagOf = (image: string) => /:([\w][\w.-]*)$/.exec(image.split("@")[0]?.split("/").at(-1) ?? "")?.[1] ?? "";

function containerDenials(container: Container): string[] {
  const { name, image, ports = [], resources, securityContext: context } = container;
  return [
    ...text(
      resources?.requests?.cpu === undefined || resources.requests.memory === undefined,
      `container ${name} has no resource requests`,
    ),
    ...text(
      ["", "latest"].includes(tagOf(image)),
      `Please specify an explicit, versioned image tag such as '1.0' for container ${name}.`,
    ),
    ...text(container.livenessProbe === undefined, `Container ${name} has no livenessProbe`),
    ...text(container.readinessProbe === undefined, `Container ${name} has no readinessProbe`),
    ...text(context?.privileged, `Privileged containers are disallowed: ${name}`),
    ...text(
      context?.capabilities?.add?.some((one) => !allowedCapabilities.includes(one)),
      `Disallowed capabilities detected: ${name}`,
    ),
    ...text(context?.procMount !== undefined && context.procMount !== "Default", "ProcMount must be undefined/nil"),
    ...text(
      context?.seccompProfile?.type === "Unconfined",
      "Seccomp profile must not be explicitly set to Unconfined.",
    ),
    ...text(
      ports.some(({ hostPort }) => hostPort !== undefined),
      "HostPorts are forbidden under baseline security policy",
    ),
  ];
}

/** The safeguards' reasons to deny a workload. */
export function denials({ metadata, spec }: Workload): string[] {
  const { metadata: podMetadata, spec: pod } = spec.template;
  const replicas = spec.replicas ?? 1;
  const labels = [metadata.labels ?? {}, podMetadata.labels ?? {}].flatMap(Object.keys);
  const spread = pod.affinity?.podAntiAffinity !== undefined || (pod.topologySpreadConstraints ?? []).length > 0;
  return [
    ...pod.containers.flatMap(containerDenials),
    ...text(
      replicas > 1 && !spread,
      `Deployment with ${replicas} replicas should have either podAntiAffinity or topologySpreadConstraints set to avoid disruptions due to nodes crashing`,
    ),
    ...text(
      labels.some((key) => key.includes("kubernetes.azure.com")),
      "Label kubernetes.azure.com is reserved for AKS use only",
    ),
    ...text(pod.hostNetwork, "Host network namespaces are disallowed: spec.hostNetwork is set to true"),
    ...text(pod.hostPID, "Host PID namespaces are disallowed: spec.hostPID is set to true"),
    ...text(pod.hostIPC, "Host IPC namespaces are disallowed: spec.hostIPC is set to true"),
    ...text(
      pod.volumes?.some(({ hostPath }) => hostPath !== undefined),
      "HostPath volumes are forbidden",
    ),
    ...text(
      pod.securityContext?.seccompProfile?.type === "Unconfined",
      "Seccomp profile must not be explicitly set to Unconfined.",
    ),
    ...text(
      pod.securityContext?.sysctls?.some(({ name }) => !allowedSysctls.includes(name)),
      "Disallowed sysctl detected.",
    ),
  ];
}

/** The safeguards' changes of a workload: requests and limits that are missing or too small. */
export function mutations({ spec }: Workload): string[] {
  const least = { cpu: "100m", memory: "100Mi" };
  return spec.template.spec.containers.flatMap(({ name, resources }) =>
    (["requests", "limits"] as const).flatMap((kind) =>
      (["cpu", "memory"] as const).flatMap((what) => {
        const amount = parseQuantity(resources?.[kind]?.[what] ?? "0") ?? 0;
        return amount < (parseQuantity(least[what]) ?? 0) ? [`${kind}.${what} of ${name} becomes ${least[what]}`] : [];
      }),
    ),
  );
}
