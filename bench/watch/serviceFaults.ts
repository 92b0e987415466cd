/** Faults of a service that settings of its stack can cause, each with the expected cause of the doctor. */
import { availableParallelism } from "node:os";
import type { CauseCode } from "../../ops/doctor/causes/causeCodes.ts";
import type { TestSettings } from "../../tests/e2e/ownStack.ts";

export interface Fault {
  what: string;
  settings: TestSettings;
  /** Code of the cause that the doctor has to name. */
  code: CauseCode;
}

const nodeOptions = (value: string): TestSettings => ({ configValues: { NODE_OPTIONS: value } });
const absentDigest = `sha256:${"0".repeat(64)}`;

/** @param loginServer of the stack's registry @param repository that exists there */
export const faults = (loginServer: string, repository: string): Fault[] => [
  {
    what: "a digest that the registry does not have",
    settings: { image: `${loginServer}/${repository}:gone@${absentDigest}` },
    code: "digest-not-found",
  },
  {
    what: "a registry whose name does not resolve",
    settings: { image: `registry.invalid/${repository}:1@${absentDigest}` },
    code: "registry-name-unresolved",
  },
  {
    what: "an option that Node does not know",
    settings: nodeOptions("--no-such-option"),
    code: "application-error",
  },
  {
    what: "a module that is not in the image",
    settings: nodeOptions("--require=/app/missing.cjs"),
    code: "module-not-found",
  },
  {
    what: "a memory limit below what the process needs",
    settings: { memoryRequest: "16Mi", memoryLimit: "16Mi" },
    code: "oom-killed",
  },
  {
    what: "a readiness path that does not exist",
    settings: { readinessPath: "/no-such-path" },
    code: "probe-wrong-path",
  },
  {
    what: "a node label that no node has",
    settings: { nodeSelector: { disk: "ssd" } },
    code: "node-selector-mismatch",
  },
  {
    what: "more CPU than any node has left",
    // All of this machine's: the node's other pods have some.
    settings: { cpuRequest: String(availableParallelism()) },
    code: "insufficient-cpu",
  },
  {
    what: "a PriorityClass that does not exist",
    settings: { priorityClass: "no-such-class" },
    code: "priority-class-missing",
  },
];
