import { pressureOn } from "../facts/pressure.ts";
import { requestUsed, usedBy } from "../fixes/requestUsed.ts";
import { run } from "../fixes/changeOwner.ts";
import { addNodes } from "../fixes/lookFurther.ts";
import { podCause } from "./cause.ts";

export const memoryPressure = podCause({
  code: "memory-pressure",
  stage: "cluster",
  recovery: "possible",
  over: ["taint-not-tolerated"],
  proof: (pod) => {
    const pressure = pressureOn(pod);
    return pressure?.resource === "memory" ? pressure : undefined;
  },
  claim: (pod, { node, evidence, evicted }) => ({
    title:
      evicted === undefined
        ? `Node "${node}" is out of memory`
        : `Node "${node}" ran short of memory and evicted the pod${usedBy(evicted)}`,
    evidence,
    mend: [
      ...requestUsed(pod, evicted, "memory"),
      run("Find out which pods use it:", "kubectl top pods --all-namespaces --sort-by memory"),
      addNodes(pod, "Set memory requests to what each pod really uses, and add nodes:"),
    ],
  }),
});
