/** 34 of "1.34" and of "1.34.2". */
export const minorOf = (version: string): number => Number(version.split(".")[1] ?? 0);
