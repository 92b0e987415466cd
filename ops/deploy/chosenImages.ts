/** The settings that have a program run these images instead of building. */
import type { DeployedService } from "./deployedServices.ts";

/**
 * A stack with one service has it in `image`, any other in `images`.
 * @param project name of the project
 * @param images by name of the service
 * @returns settings by key
 */
export function chosenImages(
  project: string,
  services: readonly Pick<DeployedService, "name">[],
  images: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const [only] = services;
  const image = only === undefined ? undefined : images[only.name];
  return services.length === 1 && image !== undefined
    ? { [`${project}:image`]: image }
    : { [`${project}:images`]: images };
}
