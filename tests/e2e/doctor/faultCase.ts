/** A fault on the local environment, and what the doctor must report about it. */
import type { CauseCode } from "../../../ops/doctor/causes/causeCodes.ts";

/** The images and registries that the cases use. */
export interface Ground {
  /** The base image, which has Node and busybox and runs as root. */
  base: string;
  /** The registry of base images, which requires no sign-in. */
  openRegistry: string;
  /** The image of the stack's service. */
  app: string;
  /** A registry that requires user and password (those of `ownRegistry.ts`), over plain http. */
  closedRegistry: string;
  /** Addresses of servers that do not work as registries for nodes. */
  plainOnBridge: string;
  selfSigned: string;
  rateLimited: string;
  /** Login servers of registries of the simulated Azure, by the fault in their grants. */
  azure: Record<AzureFault, string>;
}

export const azureFaults = ["missing", "controlPlane", "clientId", "abac", "fresh"] as const;
export type AzureFault = (typeof azureFaults)[number];

/** The parts of a pod that differ between cases. */
export interface PodParts {
  container?: Record<string, unknown>;
  spec?: Record<string, unknown>;
  metadata?: Record<string, unknown>;
  /** Other objects that the pod needs, in the pods' own namespace. */
  also?: object[];
}

export interface Case {
  /** Name of the pod. */
  name: string;
  code: CauseCode;
  /** How the fault is created, for the accuracy table. */
  made: string;
  parts: (ground: Ground) => PodParts;
}

/** A container that runs a piece of JavaScript on the base image's Node, as nobody and hardened. */
export const script = (javascript: string, more: Record<string, unknown> = {}): PodParts => ({
  container: { command: ["/usr/local/bin/node", "-e", javascript], ...more },
});

export const probe = (path: string, port: number, more: Record<string, unknown> = {}) => ({
  httpGet: { path, port },
  periodSeconds: 2,
  failureThreshold: 2,
  timeoutSeconds: 1,
  ...more,
});

/** The whole pod of a case. */
export function podOf({ name, parts }: Case, ground: Ground, namespace: string): object[] {
  const { container = {}, spec = {}, metadata = {}, also = [] } = parts(ground);
  const pod = {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, namespace, labels: { case: name }, ...metadata },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 1,
      securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: "RuntimeDefault" } },
      ...spec,
      containers: [
        {
          name: "main",
          image: ground.base,
          imagePullPolicy: "IfNotPresent",
          resources: { requests: { cpu: "1m", memory: "8Mi" }, limits: { cpu: "500m", memory: "128Mi" } },
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ["ALL"] },
          },
          ...container,
        },
      ],
    },
  };
  return [
    ...also.map((object) => {
      const { metadata: own, ...rest } = object as { metadata?: object };
      return { ...rest, metadata: { ...own, namespace } };
    }),
    pod,
  ];
}
