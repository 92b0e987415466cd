import { pressureOn } from "../facts/pressure.ts";
import { requestUsed, usedBy } from "../fixes/requestUsed.ts";
import { run } from "../fixes/changeOwner.ts";
import { aksOptions } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const diskPressure = podCause({
  code: "disk-pressure",
  stage: "cluster",
  recovery: "possible",
  over: ["taint-not-tolerated"],
  proof: (pod) => {
    const pressure = pressureOn(pod);
    return pressure?.resource === "disk" ? pressure : undefined;
  },
  claim: (pod, { node, evidence, evicted }) => {
    const { group, cluster } = aksOptions(pod);
    return {
      title:
        evicted === undefined
          ? `The disk of node "${node}" is full`
          : `Node "${node}" ran short of disk space and evicted the pod${usedBy(evicted)}`,
      evidence,
      mend: [
        ...requestUsed(pod, evicted, "ephemeral-storage"),
        run("Find out what fills it:", `kubectl describe node ${node}`),
        { say: "Remove unused images, on the node: crictl rmi --prune" },
        run(
          "To prevent it: nodes with larger disks, limits on ephemeral-storage, the image cleaner.",
          `az aks update --resource-group ${group} --name ${cluster} --enable-image-cleaner`,
        ),
      ],
    };
  },
});
