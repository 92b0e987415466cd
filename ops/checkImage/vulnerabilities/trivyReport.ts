/**
 * The JSON of trivy. Its shapes: https://github.com/aquasecurity/trivy/blob/v0.74.0/pkg/types/report.go and `vulnerability.go` beside it;
 * of `trivy version`, https://github.com/aquasecurity/trivy/blob/v0.74.0/pkg/version/version.go
 */
import { eachOnce, type KnownVulnerability, ratingOf, type ScannedImage } from "./knownVulnerability.ts";

interface TrivyVulnerability {
  VulnerabilityID: string;
  PkgName?: string;
  InstalledVersion?: string;
  FixedVersion?: string;
  Severity?: string;
  PrimaryURL?: string;
}

interface TrivyVersion {
  Version?: string;
  VulnerabilityDB?: { UpdatedAt?: string };
}

interface TrivyReport {
  SchemaVersion?: number;
  Trivy?: { Version?: string; Server?: TrivyVersion };
  Metadata?: { OS?: { Family?: string } };
  Results?: { Vulnerabilities?: TrivyVulnerability[]; ExperimentalModifiedFindings?: unknown[] }[];
}

/**
 * @param version what `trivy version --format json` prints, which knows the database that the scan has used
 * @throws SyntaxError if one of them is no JSON; TypeError if it is no such report
 */
export function readTrivyReport(text: string, version: string): ScannedImage {
  const { SchemaVersion, Trivy, Metadata, Results = [] } = JSON.parse(text) as TrivyReport;
  if (SchemaVersion !== 2) throw new TypeError(`the report has the schema version ${SchemaVersion}, not 2`);
  const local = JSON.parse(version) as TrivyVersion;
  // With a server, the database is there.
  const built = (Trivy?.Server ?? local).VulnerabilityDB?.UpdatedAt;
  return {
    scanner: `trivy ${Trivy?.Version ?? local.Version ?? ""}`.trim(),
    ...(built === undefined ? {} : { databaseBuilt: new Date(built) }),
    vulnerabilities: eachOnce(Results.flatMap((result) => (result.Vulnerabilities ?? []).map(vulnerabilityOf))),
    ignored: Results.flatMap((result) => result.ExperimentalModifiedFindings ?? []).length,
    distribution: Metadata?.OS !== undefined,
  };
}

const vulnerabilityOf = (one: TrivyVulnerability): KnownVulnerability => ({
  ...{ id: one.VulnerabilityID, rating: ratingOf(one.Severity) },
  ...{ package: one.PkgName ?? "", version: one.InstalledVersion ?? "" },
  ...(one.FixedVersion === undefined ? {} : { fixedIn: one.FixedVersion }),
  ...(one.PrimaryURL === undefined ? {} : { url: one.PrimaryURL }),
});
