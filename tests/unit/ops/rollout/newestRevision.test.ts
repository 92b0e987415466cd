import { limitedTo, newestReplicaSets } from "../../../../ops/rollout/newestRevision.ts";
import { observation, pod } from "../doctor/exampleObservations.ts";
import { deployment, of, replicaSet, serving, together } from "./rollouts.ts";

const names = (found: ReturnType<typeof newestReplicaSets>) =>
  [...found].map(([name, { metadata }]) => [name, metadata?.name]);

it("is the highest revision, not the youngest ReplicaSet", () => {
  expect(names(newestReplicaSets(together(serving(10), serving(9), serving(2))))).toEqual([["web", "web-10"]]);
});

it("is unknown until the controller has seen the Deployment's last change", () => {
  const seen = { ...together(serving(1)), deployments: [deployment("web", 5, 4)] };
  expect(names(newestReplicaSets(seen))).toEqual([]);
});

it("is separate for each Deployment", () => {
  const replicaSets = [replicaSet(1), replicaSet(2), replicaSet(7, "api")];
  const seen = observation({ deployments: [deployment("web"), deployment("api")], replicaSets });
  expect(names(newestReplicaSets(seen))).toEqual([
    ["web", "web-2"],
    ["api", "api-7"],
  ]);
});

it("has pods of its own", () => {
  const [first, second] = [replicaSet(1), replicaSet(2)];
  const pods = [...of(first, pod("web-1-a")), ...of(second, pod("web-2-a"), pod("web-2-b")), pod("alone")];
  const seen = limitedTo(observation({ replicaSets: [first, second], pods }), [second]);
  expect(seen.pods.map(({ metadata }) => metadata?.name)).toEqual(["web-2-a", "web-2-b"]);
  expect(seen.replicaSets).toEqual([second]);
});
