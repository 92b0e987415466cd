/** The name of a stack without ORGANIZATION/ or ORGANIZATION/PROJECT/. */
export const shortName = (stack: string): string => stack.split("/").at(-1) ?? stack;
