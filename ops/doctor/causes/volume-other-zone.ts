import { placementBy } from "../facts/placement.ts";
import { claimsOf } from "../facts/volumeClaim.ts";
import { run } from "../fixes/changeOwner.ts";
import { addNodes } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const volumeOtherZone = podCause({
  code: "volume-other-zone",
  stage: "place",
  recovery: "possible",
  proof: (pod) => placementBy(pod, "volume-affinity"),
  claim: (pod, { evidence }) => {
    const [first] = claimsOf(pod);
    const volumeName = first?.claim?.spec?.volumeName;
    const volume = pod.observation.storage?.volumes?.find(({ metadata }) => metadata?.name === volumeName);
    const terms = volume?.spec?.nodeAffinity?.required?.nodeSelectorTerms ?? [];
    const wanted = terms.flatMap(({ matchExpressions = [] }) =>
      matchExpressions.map(({ key, values = [] }) => `${key} ${values.join(" or ")}`),
    );
    return {
      title: `The volume of claim "${first?.name ?? "?"}" can be used only on ${wanted.join(", ") || "other nodes"}, and no node there accepts the pod`,
      evidence: [
        ...evidence,
        ...(wanted.length === 0 ? [] : [`persistentvolume/${volumeName} requires: ${wanted.join(", ")}`]),
      ],
      mend: [
        addNodes(pod, "Add nodes in the zone of the volume (a node pool with --zones):"),
        run("Show the zones of the nodes:", "kubectl get nodes --label-columns topology.kubernetes.io/zone"),
        {
          say: "A disk stays in its zone. For a volume that any zone can mount, use zone-redundant storage (the class managed-csi-premium with skuName Premium_ZRS) and move the data.",
        },
      ],
    };
  },
});
