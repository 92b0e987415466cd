/** A request that fits: always smaller than the current one. */
import type { Step } from "../causes/cause.ts";
import type { Shortage } from "../facts/insufficient.ts";
import type { PodFacts } from "../facts/podFacts.ts";
import { gibibytes, mebibytes, millicores } from "../resourceAmount.ts";
import { changedBy, run, setResource } from "./changeOwner.ts";
import { addNodes } from "./lookFurther.ts";

export function smallerRequest(pod: PodFacts, { resource, container, requestedAmount, most, whole }: Shortage): Step[] {
  const write =
    resource === "cpu" ? millicores : (value: number) => (value < 2 ** 30 ? mebibytes(value) : gibibytes(value));
  // A quarter of the largest node leaves room for other pods. If the request is already smaller, the nodes are full,
  // and the request is halved.
  const fitting = most > 0 && whole > most ? most / 4 : requestedAmount / 2;
  const value = Math.min(fitting, requestedAmount / 2);
  return [
    ...(value > 0
      ? setResource(
          changedBy(pod),
          container,
          `Lower the request to what the process really uses, for instance ${write(value)}.`,
          "requests",
          resource,
          write(value),
        )
      : []),
    addNodes(pod),
    run("Show the requests on each node:", "kubectl describe nodes"),
  ];
}
