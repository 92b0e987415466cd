/** Which services a rollback returns, and to which image: a service that passed stays while another goes back. */
import { CouldNotRun } from "../couldNotRun.ts";
import { type DeployedService, idOf } from "./deployedServices.ts";
import { type GoodImage, type GoodImagesById, sameImage } from "./goodImages.ts";

export interface Facts {
  services: readonly DeployedService[];
  good: GoodImagesById;
  /** The image each service should run, by service id. */
  running: ReadonlyMap<string, string | undefined>;
}

/** The images after the rollback, by service name. */
export interface RollbackPlan {
  /** The services to roll back. */
  returns: ReadonlyMap<string, GoodImage>;
  /** All services: those that stay keep the image they run now. */
  images: Readonly<Record<string, string>>;
}

/**
 * Without names, every service that does not run its last good image returns to it. If there is no such service and the
 * stack has a single one, that one returns to the image before.
 * @param only names of the services to roll back, whatever they run
 * @throws CouldNotRun if there is nothing to return to, or several services are possible
 */
export function rollbackPlan(stack: string, facts: Facts, only: readonly string[] = []): RollbackPlan {
  const { services, good, running } = facts;
  const names = services.map(({ name }) => name);
  const unknown = only.find((name) => !names.includes(name));
  if (unknown !== undefined)
    throw new CouldNotRun(`--service: "${stack}" has no service "${unknown}"; its services are ${names.join(", ")}`);
  const passed = services.filter((service) => good.get(idOf(service))?.last !== undefined);
  const unproved = passed.filter((service) => !runsGood(facts, service));
  const wanted =
    only.length > 0
      ? services.filter(({ name }) => only.includes(name))
      : unproved.length > 0
        ? unproved
        : // With one service it is clear which one is meant. If none has passed, all of them have the same answer.
          services.length === 1 || passed.length === 0
          ? services
          : [];
  if (wanted.length === 0)
    throw new CouldNotRun(
      `every service of "${stack}" runs its last good image: name those to return to the previous image, e.g. ` +
        `npx tarmac deploy ${stack} --rollback --service ${passed[0]?.name ?? "NAME"}; the services are ${names.join(", ")}`,
    );
  const returns = new Map(
    wanted.map((service) => {
      const { last, before } = good.get(idOf(service)) ?? {};
      const to = sameImage(last?.image, running.get(idOf(service))) ? before : last;
      if (to !== undefined) return [service.name, to] as const;
      const which = services.length === 1 ? `"${stack}"` : `"${service.name}" of "${stack}"`;
      throw new CouldNotRun(
        last === undefined
          ? `no image of ${which} has passed a smoke test yet, so there is no image to roll back to; deploy one: npx tarmac deploy ${stack}`
          : `${which} runs the only image that has passed a smoke test: ${last.image}`,
      );
    }),
  );
  const images = services.map((service) => {
    const image = returns.get(service.name)?.image ?? running.get(idOf(service));
    return image === undefined ? [] : [[service.name, image] as const];
  });
  return { returns, images: Object.fromEntries(images.flat()) };
}

export const runsGood = ({ good, running }: Facts, service: DeployedService): boolean =>
  sameImage(good.get(idOf(service))?.last?.image, running.get(idOf(service)));

/**
 * The commit whose program and settings belong to these images.
 * @returns `undefined` if unknown, or if the images passed with different commits
 */
export function commitOf({ returns }: RollbackPlan): string | undefined {
  const commits = new Set([...returns.values()].map(({ commit }) => commit));
  return commits.size === 1 ? [...commits][0] : undefined;
}

/**
 * What to do about a failed update: roll back, or something else if the good images are already configured.
 * @returns a sentence; `undefined` if no image is known to be good
 */
export function wayBack(stack: string, facts: Facts): string | undefined {
  const { services, good } = facts;
  const known = services.filter((service) => good.get(idOf(service))?.last !== undefined);
  if (known.length === 0) return undefined;
  const unproved = known.filter((service) => !runsGood(facts, service));
  if (unproved.length > 0) {
    const which = services.length === 1 ? "" : ` of ${unproved.map(({ name }) => name).join(", ")}`;
    return `Roll back to the last good image${which}: npx tarmac deploy ${stack} --rollback`;
  }
  return services.length === 1
    ? "The image is the last good one, so a rollback would not help: revert the other changes and deploy again."
    : "The images are the last good ones, so a rollback would not help: revert the other changes and deploy again.";
}
