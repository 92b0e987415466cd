/** Faults of the node itself, and the commands that fix them. They run one after the other: each keeps new pods out. */
import { type FixCase, stay } from "./brokenWorkload.ts";

interface NodeFixCase extends FixCase {
  /** Commands after the case, whatever its outcome. */
  undone: readonly string[];
}

const taint = "kubectl taint nodes NODE team=others:NoSchedule";
const untaint = ["kubectl taint nodes NODE team- || true"];
/** A new pod, which finds the node closed. */
const another = (name: string) => `kubectl delete pods --selector app=${name} --namespace NAMESPACE`;

export const nodeFixCases: readonly NodeFixCase[] = [
  {
    name: "cordoned",
    onRequest: true,
    code: "nodes-cordoned",
    forms: ["kubectl uncordon"],
    kind: "Deployment",
    container: { command: stay },
    breaks: ["kubectl cordon NODE", another("cordoned")],
    undone: ["kubectl uncordon NODE"],
  },
  {
    name: "budget",
    onRequest: true,
    code: "disruption-budget-blocks-drain",
    forms: ["change poddisruptionbudget: spec.maxUnavailable, spec.minAvailable"],
    kind: "Deployment",
    container: { command: stay },
    also: [
      {
        apiVersion: "policy/v1",
        kind: "PodDisruptionBudget",
        metadata: { name: "budget" },
        spec: { minAvailable: 1, selector: { matchLabels: { app: "budget" } } },
      },
    ],
    breaks: ["kubectl cordon NODE"],
    undone: ["kubectl uncordon NODE"],
  },
  {
    name: "tainted",
    onRequest: true,
    code: "taint-not-tolerated",
    forms: ["change pod: tolerations"],
    kind: "Deployment",
    container: { command: stay },
    breaks: [taint, another("tainted")],
    undone: untaint,
  },
  {
    name: "tainted-too",
    onRequest: true,
    code: "taint-not-tolerated",
    forms: ["kubectl taint"],
    kind: "Deployment",
    container: { command: stay },
    breaks: [taint, another("tainted-too")],
    undone: untaint,
  },
];
