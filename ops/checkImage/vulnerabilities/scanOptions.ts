/** What a scan for vulnerabilities can be told. The command's help shows the choices, and the default. */

export const scanners = ["grype", "trivy"] as const;
export type Scanner = (typeof scanners)[number];

/** `any`: the first one that is on PATH. */
export const scannerChoices = ["any", ...scanners] as const;

/** Grype's own limit: https://github.com/anchore/grype/blob/v0.116.0/cmd/grype/cli/options/database.go */
export const databaseDays = 5;

export interface ScanOptions {
  scanner: (typeof scannerChoices)[number];
  /** How old a database may be. */
  databaseDays: number;
}
