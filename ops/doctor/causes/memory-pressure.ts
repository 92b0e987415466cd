import { pressureOn } from "../facts/pressure.ts";
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
  claim: (pod, { node, evidence }) => ({
    title: `Node "${node}" is out of memory`,
    evidence,
    mend: [
      run("Find out which pods use it:", "kubectl top pods --all-namespaces --sort-by memory"),
      addNodes(pod, "Set memory requests to what each pod really uses, and add nodes:"),
    ],
  }),
});
