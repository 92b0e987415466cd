/** After a failed update: finds the cause, the services that still answer, and the services that are good anyway. */
import { diagnose } from "../doctor/diagnose.ts";
import { observe } from "../doctor/observe.ts";
import { plain, report } from "../doctor/diagnosisReport.ts";
import { findPlace } from "../doctor/target.ts";
import { ClusterReader } from "../cluster/clusterReader.ts";
import { type DeployedService, idOf } from "./deployedServices.ts";
import { type Facts, runsGood } from "./rollbackPlan.ts";
import { answersOf, smoke, type Smoke, type Tried } from "./smoke.ts";

export interface Aftermath {
  /** The doctor's report; `undefined` if it found nothing wrong with the pods. */
  diagnosis?: string;
  /** State of the pods from before the update. */
  serving: string;
}

/**
 * @param before the services of the last successful update
 * @throws CannotLook and others if there is nothing to check yet
 */
export async function aftermath(stack: string, before: readonly DeployedService[]): Promise<Aftermath> {
  const place = await findPlace({ stack });
  const reports: string[] = [];
  for (const namespace of new Set([place.namespace, ...before.map((service) => service.namespace)])) {
    const observation = await observe({ ...place, namespace });
    const result = diagnose(observation);
    if (result.findings.length > 0) reports.push(report(observation, result, plain));
  }
  const reader = new ClusterReader(place.kubeconfig);
  const answers = await Promise.all(
    before.map(async (service) => ({ service, answers: await answersOf(service, reader) })),
  );
  return {
    ...(reports.length === 0 ? {} : { diagnosis: reports.join("\n\n") }),
    serving: servingText(answers),
  };
}

/** What the addresses of the services from before the update answer. */
export function servingText(asked: readonly { service: DeployedService; answers: Smoke }[]): string {
  if (asked.length === 0) return "The service has not been deployed before.";
  const lines = asked.map(({ service: { name, address }, answers: { seen, problems } }) => {
    const [still, disturbed] =
      asked.length === 1
        ? ["The pods from before still serve", "The service is failing some requests"]
        : [`${name} still serves`, `${name} is disturbed`];
    if (problems.length > 0) return `${disturbed}: ${problems.join("; ")}.`;
    return seen.length > 0
      ? `${still}: every request at ${address ?? ""} was answered.`
      : `${name} was not tested: it has no address or no HTTP readiness probe.`;
  });
  return lines.join("\n");
}

/** Seconds for a service other than the failed one: its rollout continues although the update has ended. */
const siblingSeconds = 60;

/**
 * If an update of several services failed at one, the others may have rolled out: they are tested as after any update.
 * @returns the services that run an image not known to be good, each with its test result
 */
export async function triedBesides(stack: string, facts: Facts): Promise<Tried[]> {
  const { services, running } = facts;
  if (services.length < 2) return [];
  const unproved = services.filter((service) => !runsGood(facts, service));
  if (unproved.length === 0) return [];
  const withImages = services.map((service): DeployedService => {
    const image = running.get(idOf(service));
    return image === undefined ? service : { ...service, image };
  });
  const isUnproved = ({ service }: Tried) => unproved.some((one) => idOf(one) === idOf(service));
  const tried = await smoke(stack, withImages, {
    patience: siblingSeconds,
    enough: (all) => all.filter(isUnproved).every(({ problems, failing }) => failing || problems.length === 0),
  });
  return tried.filter(isUnproved);
}
