/** Why an image could not be checked, and how to change that: shown as it is, exit code 2. */
export class CouldNotCheck extends Error {
  override readonly name = "CouldNotCheck";
}
