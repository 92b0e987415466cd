/** The settings that have a program run these images instead of building. */

/**
 * One service's image is in `image`, several are in `images`.
 * @param project name of the project
 * @param images by name of the service
 * @param importFrom resource id of the Azure registry that has them
 * @returns settings by key
 */
export function chosenImages(
  project: string,
  images: Readonly<Record<string, string>>,
  importFrom?: string,
): Record<string, unknown> {
  const all = Object.values(images);
  return {
    ...(all.length === 1 ? { [`${project}:image`]: all[0] } : { [`${project}:images`]: images }),
    ...(importFrom === undefined ? {} : { [`${project}:importFrom`]: importFrom }),
  };
}
