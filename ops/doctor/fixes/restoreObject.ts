import type { Step } from "../causes/cause.ts";
import { run } from "./changeOwner.ts";

/** For an object of a stack, such as a Service, which no setting of the stack makes wrong. */
export const restoreObject = (stack: string, what: string): Step =>
  run(
    `The stack's program declares ${what}. If it was changed outside the stack, restore it; else correct the program:`,
    `pulumi up --refresh --stack ${stack}`,
  );
