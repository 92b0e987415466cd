import { nearest } from "../nearest.ts";
import { placementBy } from "../facts/placement.ts";
import { candidates } from "../facts/suitability.ts";
import { changedBy, changePod, run } from "../fixes/changeOwner.ts";
import { addNodes } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const nodeSelectorMismatch = podCause({
  code: "node-selector-mismatch",
  stage: "place",
  recovery: "possible",
  proof: (pod) => placementBy(pod, "node-affinity") ?? placementBy(pod, "node-name"),
  contradiction: (pod, { main }) =>
    main.kind === "node-affinity" && candidates(pod.pod, pod.observation.nodes ?? []).length > 0
      ? "there are nodes with the labels"
      : undefined,
  claim: (pod, { evidence, main }) => {
    const { nodeSelector, affinity, nodeName } = pod.pod.spec ?? {};
    const node = affinity?.nodeAffinity?.requiredDuringSchedulingIgnoredDuringExecution;
    const wanted = main.kind === "node-name" ? { nodeName } : (nodeSelector ?? node ?? {});
    const nodes = pod.observation.nodes ?? [];
    // The selector's entries that no node matches, with the values that nodes have.
    const wrong = Object.entries(nodeSelector ?? {}).flatMap(([key, value]) => {
      const values = [...new Set(nodes.flatMap(({ metadata }) => metadata?.labels?.[key] ?? []))];
      return values.includes(value) || nodes.length === 0 ? [] : [{ key, value, values: nearest(value, values, 3) }];
    });
    const [first] = wrong;
    const meant = first?.values[0];
    return {
      title:
        first === undefined
          ? "No node has the labels that the pod requires"
          : `No node has the label ${first.key}=${first.value} that the pod requires`,
      evidence: [
        ...evidence,
        `the pod requires: ${JSON.stringify(wanted).slice(0, 400)}`,
        ...wrong.map(({ key, values }) =>
          values.length === 0 ? `no node has a label "${key}"` : `the nodes have ${key}: ${values.join(", ")}`,
        ),
      ],
      mend: [
        run("Show the labels of the nodes:", "kubectl get nodes --show-labels"),
        ...(first === undefined
          ? changePod(
              changedBy(pod),
              "Let the pod run on any node:",
              node === undefined
                ? { nodeSelector: null }
                : { affinity: { nodeAffinity: { requiredDuringSchedulingIgnoredDuringExecution: null } } },
            )
          : changePod(
              changedBy(pod),
              meant === undefined ? "Remove the label from the selector:" : "Correct the selector:",
              { nodeSelector: { [first.key]: meant ?? null } },
            )),
        addNodes(pod, "Or add nodes, to a pool that has these labels:"),
      ],
    };
  },
});
