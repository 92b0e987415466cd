/** A broken workload, and the commands of the doctor that fix it. */
import type { CauseCode } from "../../../ops/doctor/causes/causeCodes.ts";

/** The images that the cases use. */
export interface FixGround {
  /** The base image, which has Node and busybox and runs as root. */
  base: string;
  /** The registry of base images, which requires no sign-in. */
  openRegistry: string;
  /** The image of the stack's service. */
  app: string;
  /** A registry that requires user and password. */
  closedRegistry: string;
}

export interface FixCase {
  /** Name of the workload, and part of the name of its namespace. */
  name: string;
  /** Set if it runs only with TARMAC_E2E_FIXES=all, which takes seven minutes. */
  onRequest?: true;
  code: CauseCode;
  /** What the commands to run change, in words of `formOf`. They run in this order. */
  forms: readonly string[];
  kind: "Deployment" | "StatefulSet" | "DaemonSet" | "Job" | "CronJob" | "Pod";
  /** Labels of the namespace. */
  labels?: Record<string, string>;
  replicas?: number;
  container?: Record<string, unknown>;
  /** Image of the container; by default the base image. */
  image?: (ground: FixGround) => string;
  /** Further containers. */
  beside?: readonly object[];
  /** Fields of the pod's spec. */
  spec?: Record<string, unknown>;
  /** Fields of the owner's spec. */
  owner?: Record<string, unknown>;
  /** Other objects. In them, in `breaks` and in `meanwhile`, NAMESPACE, NODE and BASE are replaced. */
  also?: readonly object[] | ((ground: FixGround) => readonly object[]);
  /** Commands that break the workload once it is well. */
  breaks?: readonly string[];
  /** Commands that change the circumstances before the fix. */
  meanwhile?: readonly string[];
  /** Values for the placeholders of the doctor's commands. */
  fill?: (ground: FixGround) => Record<string, string>;
  /** Set if the fix lets an object go that nothing replaces. */
  vanishes?: true;
}

/** Of the label of the other doctor tests, which may run at the same time. */
export const fixLabel = { "tarmac.dev/doctor-test": "fixes" };

export const node = (javascript: string): string[] => ["/usr/local/bin/node", "-e", javascript];
export const stay = node("setInterval(() => {}, 1000)");

/** A process that answers on this port. */
export const serve = (port: number, handler = 'response.end("ok")'): string[] =>
  node(
    `require("node:http").createServer((request, response) => { ${handler} }).listen(${port}, () => console.log("listening on ${port}"))`,
  );

export const configMap = (name: string, data: Record<string, string>): object => ({
  apiVersion: "v1",
  kind: "ConfigMap",
  metadata: { name },
  data,
});

export const secret = (name: string, stringData: Record<string, string>): object => ({
  apiVersion: "v1",
  kind: "Secret",
  metadata: { name },
  stringData,
});

export const service = (name: string, app: string, targetPort = 8080): object => ({
  apiVersion: "v1",
  kind: "Service",
  metadata: { name },
  spec: { selector: { app }, ports: [{ port: 80, targetPort }] },
});

/** Another pod of the base image, with the label `app`. */
export const otherPod = (name: string, container: object = { command: stay }): object => ({
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name, labels: { app: name } },
  spec: {
    terminationGracePeriodSeconds: 1,
    containers: [{ name: "main", image: "BASE", imagePullPolicy: "IfNotPresent", ...container }],
  },
});

/** A volume on the node, and a claim for it. */
export function claimed(claim: string, className: string, accessMode = "ReadWriteOnce"): object[] {
  return [
    volume(className, accessMode),
    {
      apiVersion: "v1",
      kind: "PersistentVolumeClaim",
      metadata: { name: claim },
      spec: { storageClassName: className, accessModes: [accessMode], resources: { requests: { storage: "1Gi" } } },
    },
  ];
}

export const volume = (storageClassName: string, accessMode = "ReadWriteOnce"): object => ({
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "NAMESPACE", labels: fixLabel },
  spec: {
    storageClassName,
    accessModes: [accessMode],
    capacity: { storage: "1Gi" },
    hostPath: { path: "/run/NAMESPACE", type: "DirectoryOrCreate" },
  },
});

export const mounted = (claimName: string): Pick<FixCase, "container" | "spec"> => ({
  container: { command: stay, volumeMounts: [{ name: "data", mountPath: "/data" }] },
  spec: { volumes: [{ name: "data", persistentVolumeClaim: { claimName } }] },
});
