/** Settings that make a program run existing images instead of building them. */

/**
 * One service's image goes into `image`, several into `images`.
 * @param project name of the project
 * @param images by service name
 * @param importFrom resource id of the Azure registry that contains them
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
