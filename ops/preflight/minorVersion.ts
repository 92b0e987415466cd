/** The minor version: 34 for "1.34" and "1.34.2". */
export const minorOf = (version: string): number => Number(version.split(".")[1] ?? 0);
