/** The software bill of materials of an image, as syft finds it in the registry. No container engine is needed. */
import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { CouldNotRun } from "../couldNotRun.ts";
import type { Credentials } from "../doctor/registry/registryClient.ts";

/** https://cyclonedx.org/docs/latest/json/ */
export const sbomType = "application/vnd.cyclonedx+json";

const minutes = 15;

const noSyft = (cause: unknown) =>
  new CouldNotRun(
    "attest: syft, which lists the contents of an image, is not on PATH: install it " +
      "(https://github.com/anchore/syft#installation; in a clone with Go: npm run attestation-tools), or set attest to false",
    { cause },
  );

/** @throws CouldNotRun if syft is missing */
export async function requireSyft(env: NodeJS.ProcessEnv = process.env): Promise<void> {
  await promisify(execFile)("syft", ["version"], { env: { ...env, SYFT_CHECK_FOR_APP_UPDATE: "false" } }).catch(
    (error: unknown) => {
      throw (error as { code?: unknown }).code === "ENOENT" ? noSyft(error) : error;
    },
  );
}

/** @param image `HOST/REPOSITORY@DIGEST` @returns CycloneDX, JSON @throws CouldNotRun if syft is missing or fails */
export async function sbomOf(
  image: string,
  credentials: Credentials | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Promise<Buffer> {
  const args = ["scan", `registry:${image}`, "--output", "cyclonedx-json", "--quiet"];
  const signIn = credentials && {
    SYFT_REGISTRY_AUTH_AUTHORITY: image.split("/")[0],
    SYFT_REGISTRY_AUTH_USERNAME: credentials.username,
    SYFT_REGISTRY_AUTH_PASSWORD: credentials.password,
  };
  try {
    const { stdout } = await promisify(execFile)("syft", args, {
      env: { ...env, SYFT_CHECK_FOR_APP_UPDATE: "false", ...signIn },
      ...{ maxBuffer: 2 ** 28, timeout: minutes * 60_000, encoding: "utf8" },
    });
    return Buffer.from(checked(image, stdout));
  } catch (cause) {
    if (cause instanceof CouldNotRun) throw cause;
    const { code, stderr = "", message } = cause as Error & { code?: string | number; stderr?: string };
    if (code === "ENOENT") throw noSyft(cause);
    throw new CouldNotRun(`syft cannot read ${image}: ${(stderr.trim() || message).slice(-500)}`, { cause });
  }
}

/** @throws CouldNotRun for an SBOM without a component: it would say that the image holds nothing */
function checked(image: string, text: string): string {
  let found: { bomFormat?: string; components?: unknown[] } = {};
  try {
    found = JSON.parse(text) as typeof found;
  } catch {
    // Reported below.
  }
  if (found.bomFormat === "CycloneDX" && (found.components ?? []).length > 0) return text;
  throw new CouldNotRun(`syft found nothing in ${image}, so there is no SBOM to attach`);
}
