/**
 * The JSON of grype. Its shapes: https://github.com/anchore/grype/blob/v0.116.0/grype/presenter/models/document.go and `match.go`,
 * `vulnerability.go` and `vulnerability_metadata.go` beside it; of the database, `dbInfo` in
 * https://github.com/anchore/grype/blob/v0.116.0/cmd/grype/cli/commands/root.go
 */
import { eachOnce, type KnownVulnerability, ratingOf, type ScannedImage } from "./knownVulnerability.ts";

interface GrypeMatch {
  vulnerability: {
    id: string;
    severity?: string;
    dataSource?: string;
    /** `state`: fixed, not-fixed, wont-fix, unknown, or empty. */
    fix?: { versions?: string[] | null; state?: string };
  };
  matchDetails?: { fix?: { suggestedVersion?: string } }[] | null;
  artifact: { name: string; version: string };
}

interface GrypeDocument {
  matches?: GrypeMatch[] | null;
  ignoredMatches?: unknown[] | null;
  distro?: { name?: string };
  descriptor?: {
    name?: string;
    version?: string;
    /** Since version 0.88 the build time is in `status`. */
    db?: { built?: string; status?: { built?: string } | null } | null;
  };
}

/** @throws SyntaxError if it is no JSON; TypeError if it is no such document */
export function readGrypeReport(text: string): ScannedImage {
  const { matches, ignoredMatches, distro, descriptor } = JSON.parse(text) as GrypeDocument;
  if (!Array.isArray(matches)) throw new TypeError("the report has no list of matches");
  const built = descriptor?.db?.status?.built ?? descriptor?.db?.built;
  return {
    scanner: `grype ${descriptor?.version ?? ""}`.trim(),
    ...(built === undefined || built === "" ? {} : { databaseBuilt: new Date(built) }),
    vulnerabilities: eachOnce(matches.map(vulnerabilityOf)),
    ignored: (ignoredMatches ?? []).length,
    distribution: (distro?.name ?? "") !== "",
  };
}

function vulnerabilityOf({ vulnerability, matchDetails, artifact }: GrypeMatch): KnownVulnerability {
  const { id, severity, dataSource = "", fix } = vulnerability;
  const suggested = (matchDetails ?? []).flatMap((detail) => detail.fix?.suggestedVersion ?? [])[0];
  const fixedIn = fix?.state === "fixed" ? (suggested ?? (fix.versions ?? []).join(", ")) : "";
  return {
    ...{ id, rating: ratingOf(severity), package: artifact.name, version: artifact.version },
    ...(fixedIn === "" ? {} : { fixedIn }),
    ...(dataSource === "" ? {} : { url: dataSource }),
  };
}
