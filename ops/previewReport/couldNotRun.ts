/** Why there is no report, and how to change that: shown as it is, exit code 2. */
export class CouldNotRun extends Error {
  override readonly name = "CouldNotRun";
}
