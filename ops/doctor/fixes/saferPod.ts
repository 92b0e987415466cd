/**
 * A patch that makes a pod's spec meet a Pod Security level. Source:
 * https://kubernetes.io/docs/concepts/security/pod-security-standards/
 */
import type { Container, PodSpec } from "../../cluster/kubernetesObjects.ts";

const allowedAdds = (level: string) =>
  level === "restricted"
    ? ["NET_BIND_SERVICE"]
    : [
        "AUDIT_WRITE",
        "CHOWN",
        "DAC_OVERRIDE",
        "FOWNER",
        "FSETID",
        "KILL",
        "MKNOD",
        "NET_BIND_SERVICE",
        "SETFCAP",
        "SETGID",
        "SETPCAP",
        "SETUID",
        "SYS_CHROOT",
      ];

export function saferPod(spec: PodSpec | undefined, level: string): object {
  const restricted = level === "restricted";
  const host = Object.fromEntries(
    (["hostNetwork", "hostPID", "hostIPC"] as const).flatMap((key) => (spec?.[key] === true ? [[key, null]] : [])),
  );
  const hostPaths = (spec?.volumes ?? []).filter(({ hostPath }) => hostPath !== undefined);
  const volumes = hostPaths.map(({ name }) => ({ name, hostPath: null, emptyDir: {} }));
  const pod = restricted
    ? {
        securityContext: {
          runAsNonRoot: true,
          ...(spec?.securityContext?.runAsUser === 0 ? { runAsUser: 10001 } : {}),
          seccompProfile: { type: "RuntimeDefault" },
        },
      }
    : {};
  const containers = (spec?.containers ?? []).map((one) => safer(one, level));
  const init = (spec?.initContainers ?? []).map((one) => safer(one, level));
  return {
    ...host,
    ...pod,
    ...(volumes.length === 0 ? {} : { volumes }),
    containers,
    ...(init.length === 0 ? {} : { initContainers: init }),
  };
}

function safer({ name, securityContext, ports = [] }: Container, level: string): object {
  const added = securityContext?.capabilities?.add ?? [];
  const kept = added.filter((one) => allowedAdds(level).includes(one));
  const restricted = level === "restricted";
  const capabilities = {
    ...(kept.length === added.length ? {} : { add: kept.length === 0 ? null : kept }),
    ...(restricted ? { drop: ["ALL"] } : {}),
  };
  const context = {
    ...(securityContext?.privileged === true ? { privileged: null } : {}),
    ...(securityContext?.procMount === "Unmasked" ? { procMount: null } : {}),
    ...(restricted ? { allowPrivilegeEscalation: false } : {}),
    ...(restricted && securityContext?.runAsNonRoot === false ? { runAsNonRoot: null } : {}),
    ...(restricted && securityContext?.runAsUser === 0 ? { runAsUser: null } : {}),
    ...(securityContext?.seccompProfile?.type === "Unconfined" ? { seccompProfile: null } : {}),
    ...(Object.keys(capabilities).length === 0 ? {} : { capabilities }),
  };
  const hostPorts = ports.filter(({ hostPort }) => hostPort !== undefined);
  return {
    name,
    ...(Object.keys(context).length === 0 ? {} : { securityContext: context }),
    ...(hostPorts.length === 0
      ? {}
      : {
          ports: hostPorts.map(({ containerPort, protocol = "TCP" }) => ({ containerPort, protocol, hostPort: null })),
        }),
  };
}
