import type { Step } from "../causes/cause.ts";
import { run } from "./changeOwner.ts";

/** For a stack's object, such as a Service, that no stack setting can break. */
export const restoreObject = (stack: string, what: string): Step =>
  run(
    `The stack's program declares ${what}. If it was changed outside the stack, restore it; else correct the program:`,
    `pulumi up --refresh --stack ${stack}`,
  );
