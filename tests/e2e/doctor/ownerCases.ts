/** Pods that Kubernetes refuses to create. Each case needs a Deployment, and most need a namespace with its own rules. */
import type { CauseCode } from "../../../ops/doctor/causes/causeCodes.ts";

export interface OwnerCase {
  /** Name of the Deployment, and part of the name of its namespace. */
  name: string;
  code: CauseCode;
  made: string;
  /** Labels of the namespace. */
  labels?: Record<string, string>;
  /** Rules of the namespace. */
  also?: object[];
  spec?: object;
}

export const ownerCases: readonly OwnerCase[] = [
  {
    name: "quota",
    code: "quota-exceeded",
    made: "ResourceQuota of 0 pods",
    also: [{ apiVersion: "v1", kind: "ResourceQuota", metadata: { name: "none" }, spec: { hard: { pods: "0" } } }],
  },
  {
    name: "restricted",
    code: "pod-security-refused",
    made: "pod on the host's network in a namespace that enforces `restricted`",
    labels: { "pod-security.kubernetes.io/enforce": "restricted" },
    spec: { hostNetwork: true },
  },
  {
    name: "limits",
    code: "limit-range-exceeded",
    made: "LimitRange below the container's limit",
    also: [
      {
        apiVersion: "v1",
        kind: "LimitRange",
        metadata: { name: "small" },
        spec: { limits: [{ type: "Container", max: { memory: "1Mi" } }] },
      },
    ],
  },
  {
    name: "account",
    code: "service-account-missing",
    made: "ServiceAccount that does not exist",
    spec: { serviceAccountName: "nobody" },
  },
];
