import { againWhenNotYet, capacityAdvice, notYet } from "../../../../ops/pulumi/notYet.ts";
import { PulumiFailed } from "../../../../ops/pulumi/pulumiCli.ts";

const missing =
  'error: Code="CustomKubeletIdentityMissingPermissionError" Message="The cluster using user-assigned managed identity must be granted"';
const busy =
  "error: OperationNotAllowed: Operation is not allowed because there's an in progress update node pool operation (operation ID: 84d90bcb) on the agent pool " +
  "apps started on UTC 2026-02-12T03:41:29Z. Please wait for it to finish before starting a new operation.";
const capacity =
  "error: AKSCapacityError: Creating a free tier cluster is unavailable at this time in region westeurope.";

test.each([
  [missing, "AKS does not yet see the roles that this update granted (CustomKubeletIdentityMissingPermissionError)"],
  ["error: ResourceMissingPermissionError: on the subnet", "granted (ResourceMissingPermissionError)"],
  [
    "error: PrincipalNotFound: Principal abc does not exist in the directory",
    "A new identity has not reached all of Entra yet",
  ],
  [busy, "AKS is still busy with another operation on the cluster: update node pool (OperationNotAllowed)"],
  [
    "(OperationNotAllowed) Operation is not allowed: Another agentpool operation (nodepool1 - Creating) is in progress, please wait",
    "AKS is still busy with another operation on the cluster: nodepool1 - Creating (OperationNotAllowed)",
  ],
])("a temporary refusal is recognized: %#", (message, because) => {
  expect(notYet(message)?.because).toContain(because);
});

test.each([
  "error: OperationNotAllowed: Upgrading Kubernetes version 1.34.9 to 1.36 is not allowed. Available upgrades: [1.35.6].",
  "error: AuthorizationFailed: does not have authorization to perform action",
  "error: LinkedAuthorizationFailed",
  "error: QuotaExceeded",
  capacity,
])("a permanent refusal is not repeated: %s", async (message) => {
  const run = jest.fn(() => Promise.reject(new PulumiFailed(message)));
  await expect(againWhenNotYet(run, () => undefined)).rejects.toThrow(message);
  expect(run).toHaveBeenCalledTimes(1);
});

/** An update that fails with one of these messages per attempt, and then succeeds. */
async function attempts(messages: string[], interrupted?: AbortSignal) {
  const said: string[] = [];
  const paused: number[] = [];
  let runs = 0;
  const run = () => {
    const message = messages[runs++];
    return message === undefined ? Promise.resolve() : Promise.reject(new PulumiFailed(message));
  };
  const pause = (seconds: number) => Promise.resolve(paused.push(seconds));
  const failure = await againWhenNotYet(run, (line) => void said.push(line), interrupted, pause).then(
    () => undefined,
    (error: unknown) => (error as Error).message,
  );
  return { runs, said, paused, failure };
}

test("an update is repeated once, says why, and waits before", async () => {
  expect(await attempts([missing])).toEqual({
    ...{ runs: 2, paused: [120], failure: undefined },
    said: [
      "AKS does not yet see the roles that this update granted (CustomKubeletIdentityMissingPermissionError): running the update once more in 120 s",
    ],
  });
  expect(await attempts([])).toEqual({ runs: 1, paused: [], said: [], failure: undefined });
});

test("an update is repeated only once: a second refusal is reported", async () => {
  expect(await attempts([missing, missing])).toMatchObject({ runs: 2, failure: missing });
});

test("an interrupted update is not repeated", async () => {
  expect(await attempts([busy], AbortSignal.abort())).toMatchObject({ runs: 1, failure: busy });
});

test("a region without capacity is explained, with what to change", async () => {
  const { said, failure } = await attempts([capacity]);
  expect(failure).toBe(capacity);
  expect(said).toEqual([capacityAdvice(capacity)]);
  expect(said[0]).toMatch(/^AKSCapacityError: .*location.*clusterTier: Standard/);
  expect(capacityAdvice("error: AKSCapacityHeavyUsage: ...")).toMatch(/^AKSCapacityHeavyUsage: /);
  expect(capacityAdvice(missing)).toBeUndefined();
});
